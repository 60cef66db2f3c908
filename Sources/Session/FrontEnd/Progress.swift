/// How far a long command is.
public struct Progress: Sendable {
  /// What is going on: "round 3 of 5".
  public let label: String
  /// Which part of the command it belongs to, whose time is estimated as one: all rounds of a training are.
  public let phase: String
  /// From 0 to 1; nil if nobody knows.
  public let fraction: Double?
  /// Numbers worth watching: "loss 0.0213  1843 images/s".
  public var message: String
  /// More of them, as far as they have room: "prior 3.35".
  public let details: [String]

  /// - Parameter phase: the label unless it is given.
  public init(
    _ label: String, phase: String? = nil, fraction: Double? = nil, message: String = "", details: [String] = []
  ) {
    self.label = label
    self.phase = phase ?? label
    self.fraction = fraction
    self.message = message
    self.details = details
  }
}
