import ClusterDDPM
import CommandLanguage

/// The epochs of a training command, one after the other, with its stop point and the user's interrupts.
struct TrainingLoop {
  /// What one pass is called: "epoch" or "round".
  let unit: String
  let count: Int
  let stop: StopPoint?
  let environment: Environment

  /// How the passes ended.
  enum Ending: Equatable {
    case finished
    /// After a step, what was learnt being kept.
    case stopped(StopPoint)
    /// At the user's second interrupt: the model is as it was after this many passes.
    case droppedBack(passes: Int)
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
  ///     throw `CommandInterrupted`.
  /// - Throws: `CommandInterrupted` if nothing is kept; what training throws.
  func run(
    _ model: inout ClusteringModel,
    train: (inout ClusteringModel, (StepReport) -> Bool) throws -> EpochReport,
    finish: (inout ClusteringModel, Pass) throws -> Void
  ) throws -> Ending {
    for number in 1...count {
      let before = model
      let start = ContinuousClock.now
      let report = try train(&model) { step in
        let elapsed = ContinuousClock.now - start
        environment.report(
          TrainingDisplay.progress(unit, number: number, of: count, step, elapsed: elapsed))
        return !environment.isInterrupted && stop != StopPoint(round: number, step: step.step)
      }
      let rate = Double(report.images) / (ContinuousClock.now - start).seconds
      var goesOn = report.isComplete && !environment.isInterrupted && stop?.round != number
      if goesOn {
        do {
          try finish(&model, Pass(number: number, report: report, imagesPerSecond: rate))
        } catch is CommandInterrupted {
          goesOn = false
        }
      }
      if !goesOn {
        guard environment.isInterruptedAgain else {
          return .stopped(StopPoint(round: number, step: report.stepsDone))
        }
        guard number > 1 else { throw CommandInterrupted() }
        model = before
        return .droppedBack(passes: number - 1)
      }
    }
    return .finished
  }

  /// Says how a training ended early, and how to go on.
  func explain(_ ending: Ending, goOn: String) {
    switch ending {
    case .finished: break
    case .stopped(let point):
      environment.print("stopped in \(unit) \(point.round) after step \(point.step); what was learnt is kept, \(goOn)")
    case .droppedBack(let passes):
      environment.print("stopped; back at the end of \(unit) \(passes), \(goOn)")
    }
  }
}
