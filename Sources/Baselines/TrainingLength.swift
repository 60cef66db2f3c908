/// How long a method is trained by `fit`, and with which settings.
package enum TrainingLength: String, CaseIterable, Sendable {
  case published
  case scaled
}

/// Settings that are as published unless they are scaled to two cores.
protocol ScalableConfiguration {
  var length: TrainingLength { get set }
  /// Brings the settings of the scaled recipe.
  mutating func scale()
}

extension ScalableConfiguration {
  /// The length with what it brings; options are set, in their order, on settings as published.
  var lengthWithSettings: TrainingLength {
    get { length }
    set {
      length = newValue
      if newValue == .scaled { scale() }
    }
  }
}
