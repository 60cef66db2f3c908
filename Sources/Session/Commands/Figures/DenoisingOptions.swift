import ClusteringMethods
import CommandLanguage
import Diffusion
import Interruptions

/// A command that runs the denoising.
protocol DenoisingCommand: SessionCommand {
  var denoising: DenoisingOptions { get set }
}

extension DenoisingCommand {
  /// The options that every command that denoises has.
  static var denoisingParameters: [Parameter<Self>] {
    [
      .option(
        "method", \Self.denoising.method, .choice(of: SamplingMethod.all, named: \.name),
        help: SamplingMethod.all.map { "\($0.name) is \($0.summary)" }.joined(separator: "; ")),
      .option(
        "steps", \Self.denoising.steps, .integer(in: 1...100_000),
        help: "denoising steps, at most the schedule's; unless said "
          + SamplingMethod.all.map { "\($0.defaultStepCount) for \($0.name)" }.joined(separator: ", ")),
      .option(
        "guidance", \Self.denoising.guidance, .number(in: 0...100),
        help: "w in (1+w)·conditional − w·unconditional"),
    ]
  }
}

/// How a command denoises.
struct DenoisingOptions: Sendable {
  var method = SamplingMethod.ddim
  /// Nil for the method's own.
  var steps: Int?
  var guidance = 0.0

  var sampling: SamplingOptions {
    SamplingOptions(method: method, steps: steps, guidanceScale: guidance)
  }

  /// Says if there are fewer steps than were asked for.
  func explain(_ model: some DrawingMethod, _ environment: Environment) {
    let taken = model.stepCount(sampling)
    if let steps, taken < steps {
      environment.print("the model's schedule has \(NumberText.counted(taken, "step")), fewer than steps=\(steps)")
    }
  }

  /// Shows a step; throws if the user wants to stop, for half-denoised images are worth nothing.
  func report(_ what: String, _ step: Int, _ total: Int, _ environment: Environment) throws {
    try Interruption.check()
    environment.report(Progress(what, fraction: Double(step) / Double(total), message: "step \(step) of \(total)"))
  }
}
