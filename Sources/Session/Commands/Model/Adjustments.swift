import ClusteringMethods
import CommandLanguage

/// A command that trains with clusters, and can change settings of the method for the rounds to come.
protocol AdjustingCommand: ChangingCommand {
  var adjustments: Adjustments { get set }
}

extension AdjustingCommand {
  /// The options that every command that trains with clusters has.
  static var adjustmentParameters: [Parameter<Self>] {
    Methods.adjustableOptions.map { option in
      .setting(option, in: \.adjustments.given, help: "\(option.help), from now on; unless said, the model's")
    }
  }
}

extension Parameter {
  /// An option of a method, whose value a command keeps among others by its name.
  static func setting(
    _ option: MethodOptionDescription, in given: WritableKeyPath<C, [String: any Sendable]> & Sendable, help: String,
    standard: (any Sendable)? = nil
  ) -> Self {
    .option(
      option.name, option.kind, help: help, standard: standard,
      set: { $0[keyPath: given][option.name] = $1 }, get: { $0[keyPath: given][option.name] })
  }
}

/// Settings to change in a method, by name.
struct Adjustments: Sendable {
  var given: [String: any Sendable] = [:]

  init() {}

  /// What can be changed in a method, as it is.
  init(of method: any ClusteringMethod) {
    for setting in method.adjustableSettings { given[setting.name] = setting.value }
  }

  /// Throws `SessionError.noSuchSetting` about one that the method does not have.
  ///
  /// - Returns: whether anything is another than before.
  func apply(to method: inout some ClusteringMethod) throws -> Bool {
    func settings() -> [String] { method.adjustableSettings.map { "\($0.value)" } }
    let before = settings()
    for option in Methods.adjustableOptions {
      guard let value = given[option.name], !method.adjust(option.name, to: value) else { continue }
      throw SessionError.noSuchSetting(option.name, method: method.name).about(option.name)
    }
    return settings() != before
  }
}
