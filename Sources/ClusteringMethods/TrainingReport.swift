/// A number that training tells after every step and round.
public struct TrainingMetric: Sendable, Equatable {
  /// Its name in records, which does not change: "reconstructionLoss".
  public let key: String
  /// Its name in tables and on the live line: "reconstruction".
  public let title: String
  /// Decimals shown; none for a count.
  public let decimals: Int
  /// Columns of a table that it takes at least, for numbers that grow.
  public let width: Int
  public let curve: Curve?

  /// How it is drawn over epochs and rounds.
  public struct Curve: Sendable, Equatable {
    /// The name of the vertical axis.
    public let label: String
    /// What the curve is called in rounds.
    public let name: String
    /// The same in pretraining, where it may be another thing; nil where there is none.
    public private(set) var pretrainingName: String?

    public init(_ label: String, name: String, pretrainingName: String? = nil) {
      (self.label, self.name, self.pretrainingName) = (label, name, pretrainingName ?? name)
    }

    /// A curve of what pretraining has nothing of.
    public static func ofRounds(_ label: String, name: String) -> Self {
      var curve = Self(label, name: name)
      curve.pretrainingName = nil
      return curve
    }
  }

  public init(_ key: String, _ title: String, decimals: Int, width: Int = 0, curve: Curve? = nil) {
    (self.key, self.title, self.decimals, self.width, self.curve) = (key, title, decimals, width, curve)
  }
}

/// Where an epoch or round stands after a step.
public struct StepReport: Sendable {
  /// Steps done, from 1.
  public let step: Int
  /// Images seen in this epoch, each time that one is.
  public let images: Int
  /// The method's metrics, in their order: over this epoch so far.
  public let metrics: [Double]
  /// How much of the epoch is done, 0...1: a guess where steps end by themselves.
  public let fraction: Double

  public init(step: Int, images: Int, metrics: [Double], fraction: Double) {
    (self.step, self.images, self.metrics, self.fraction) = (step, images, metrics, fraction)
  }
}

/// An epoch or round that ended, or was stopped.
public struct EpochReport: Sendable {
  /// The method's metrics, in their order.
  public let metrics: [Double]
  /// Images seen, each time that one was.
  public let images: Int
  public let stepsDone: Int
  /// Whether nothing was left to do.
  public let isComplete: Bool

  public init(metrics: [Double], images: Int, stepsDone: Int, isComplete: Bool) {
    (self.metrics, self.images, self.stepsDone, self.isComplete) = (metrics, images, stepsDone, isComplete)
  }
}

/// What a method is at between training steps.
public enum Activity: Sendable, Equatable {
  /// Working out the latents of this many images, of which some are done.
  case encoding(done: Int, count: Int)
  /// Fitting something whose end is not known: "the mixture".
  case fitting(String)
}

/// Is told what a method is at, often enough to show it; what it throws ends the work.
public typealias Watch = (Activity) throws -> Void
