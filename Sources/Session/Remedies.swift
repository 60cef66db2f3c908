import ClusterDDPM
import ClusteringMethods

/// What can be tried where a training goes wrong, in the words of the options that its method has.
package struct Remedies: Sendable, Equatable {
  package let options: Set<String>
  /// Whether more pretraining is one.
  package let pretrains: Bool
  /// Whether joining clusters is one.
  package let regroups: Bool

  /// Those of ClusterDDPM's models.
  package init() { self.init(options: Set(ClusterDDPMModel.options.map(\.name)), pretrains: true) }

  package init(options: Set<String>, pretrains: Bool, regroups: Bool = true) {
    (self.options, self.pretrains, self.regroups) = (options, pretrains, regroups)
  }

  /// Those that the settings of a method have a meaning for.
  package init<Method: ClusteringMethod>(of method: Method) {
    self.init(
      options: Set(method.settings.map(\.name)), pretrains: method is any PretrainedMethod,
      regroups: method is any RegroupingMethod)
  }

  /// "try fewer components=, a smaller lambda= or rate=, more pretraining, or a larger floor=": of the options those that
  /// the method has, and where it has no pretraining another seed.
  package func trying(
    fewer: [String] = [], smaller: [String], pretrainsMore: Bool = true, larger: [String] = []
  ) -> String {
    func way(_ what: String, _ names: [String]) -> [String] {
      let had = names.filter { options.contains($0) }.map { "\($0)=" }
      return had.isEmpty ? [] : ["\(what) \(had.joined(separator: " or "))"]
    }
    var ways = way("fewer", fewer) + way("a smaller", smaller)
    if pretrainsMore, pretrains { ways.append("more pretraining") }
    ways += way("a larger", larger)
    if ways.isEmpty || (pretrainsMore && !pretrains) { ways.append("another seed") }
    let first = ways.dropLast().joined(separator: ", ")
    return "try " + (first.isEmpty ? "" : "\(first), or ") + ways.last!
  }

  /// The result of `body`, whose errors say what can be tried with a method.
  static func advising<Result>(_ method: some ClusteringMethod, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as MethodError {
      let remedies = Remedies(of: method)
      throw switch error {
      case .diverged:
        ErrorWithAdvice(wrapped: error, advice: ": \(remedies.trying(smaller: ["rate", "lambda"]))") as any Error
      case .collapsed: ErrorWithAdvice(wrapped: error, advice: "; \(remedies.trying(smaller: ["lambda", "rate"]))")
      default: error
      }
    } catch SessionError.mixtureFailed(let reason, _) {
      throw SessionError.mixtureFailed(reason: reason, remedies: Remedies(of: method))
    }
  }
}
