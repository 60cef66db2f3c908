import ClusteringMethods
import CommandLanguage
import Interruptions

/// The epochs of a training command, one after the other, with its stop point and the user's interrupts.
struct TrainingLoop {
  /// What one pass is called: "epoch" or "round".
  let unit: String
  let count: Int
  let stop: StopPoint?
  /// What is told of a step.
  let metrics: [TrainingMetric]
  let environment: Environment

  /// How the passes ended.
  enum Ending {
    case finished
    /// After a step, what was learnt being kept.
    case stopped(StopPoint)
    /// At the user's second interrupt: the model is as it was after this many passes.
    case droppedBack(passes: Int)
    /// By an error in the pass after these, to whose end the model is back.
    case failed(passes: Int, any Error)
  }

  /// What does again what was done: so many passes, up to a stop point; the one asked for unless it ended elsewhere.
  func extent(of ending: Ending, asked stop: String?) -> (passes: Int, stop: String?) {
    switch ending {
    case .finished: (count, stop)
    case .stopped(let point): (count, point.description)
    case .droppedBack(let passes), .failed(let passes, _): (passes, nil)
    }
  }

  /// A pass that ended.
  struct Pass {
    let number: Int
    let report: EpochReport
    let imagesPerSecond: Double
  }

  /// - Parameters:
  ///   - train: one epoch of the model; it calls its argument after each step.
  ///   - finish: what follows a whole epoch: an E-step, a row. Not called where the command stops short of it, and may
  ///     throw `Interrupted`.
  /// - Throws: `Interrupted` if nothing is kept; what training throws in the first pass.
  func run<Method>(
    _ model: inout Method,
    train: (inout Method, (StepReport) -> Bool) throws -> EpochReport,
    finish: (inout Method, Pass) throws -> Void
  ) throws -> Ending {
    for number in 1...count {
      let before = model
      if stop == StopPoint(round: number, step: 0) { return .stopped(StopPoint(round: number, step: 0)) }
      do {
        if let stoppedAt = try advisedPass(number, &model, train: train, finish: finish) {
          guard environment.isInterruptedAgain else { return .stopped(stoppedAt) }
          guard number > 1 else { throw Interrupted() }
          model = before
          return .droppedBack(passes: number - 1)
        }
      } catch is Interrupted where number > 1 {
        model = before
        return .droppedBack(passes: number - 1)
      } catch  where number > 1 {
        model = before
        return .failed(passes: number - 1, error)
      }
    }
    return .finished
  }

  /// One pass, whose errors say what can be tried with this method.
  private func advisedPass<Method>(
    _ number: Int, _ model: inout Method,
    train: (inout Method, (StepReport) -> Bool) throws -> EpochReport,
    finish: (inout Method, Pass) throws -> Void
  ) throws -> StopPoint? {
    guard let method = model as? any ClusteringMethod else {
      return try pass(number, &model, train: train, finish: finish)
    }
    return try Remedies.advising(method) { try pass(number, &model, train: train, finish: finish) }
  }

  /// One pass; where it stopped, if it did.
  private func pass<Method>(
    _ number: Int, _ model: inout Method,
    train: (inout Method, (StepReport) -> Bool) throws -> EpochReport,
    finish: (inout Method, Pass) throws -> Void
  ) throws -> StopPoint? {
    let start = ContinuousClock.now
    let report = try MethodWork.inImages {
      try train(&model) { step in
        let elapsed = ContinuousClock.now - start
        environment.report(
          TrainingDisplay.progress(
            unit, number: number, of: count, metrics, isPretraining: unit == "epoch", step, elapsed: elapsed))
        return !environment.isInterrupted && stop != StopPoint(round: number, step: step.step)
      }
    }
    let rate = Double(report.images) / (ContinuousClock.now - start).seconds
    let end = StopPoint(round: number, step: report.stepsDone)
    guard report.isComplete, !environment.isInterrupted, stop?.round != number else { return end }
    let trained = model
    do {
      try finish(&model, Pass(number: number, report: report, imagesPerSecond: rate))
    } catch is Interrupted {
      // As a replay has it, which stops after the step.
      model = trained
      return end
    }
    return nil
  }

  /// Says how a training ended early, and how to go on.
  func explain(_ ending: Ending, goOn: String) {
    switch ending {
    case .finished: break
    case .stopped(let point):
      environment.print(
        "stopped in \(unit) \(point.round) after step \(point.step)"
          + (environment.isInterrupted ? "; what was learnt is kept, \(goOn)" : ", as stop= says"))
    case .droppedBack(let passes), .failed(let passes, _):
      environment.print("stopped; back at the end of \(unit) \(passes), \(goOn)")
    }
  }
}
