import ClusterDDPM
import ClusteringMethods
import CommandLanguage
import Datasets
import Figures
import Images
import Options

/// An error that says what is so; what to do about it is said in the words of commands and options, which the engine
/// does not know.
protocol AdvisedError: Error {
  /// What a user can do, to stand after the error's description with the punctuation between them; nil for nothing.
  var advice: String? { get }
}

/// An error with what to do about it.
struct ErrorWithAdvice: WrappingError, CustomStringConvertible {
  /// As it was thrown.
  let wrapped: any Error
  let advice: String

  var description: String { "\(wrapped)\(advice)" }
}

extension Error {
  /// The error as users read it: with the advice that there is for it.
  var advised: any Error {
    if let error = self as? ArgumentError { return error.error.advised.about(error.parameter, item: error.item) }
    if let error = self as? DatasetError, error.hasLines { return error.withPlainFolders }
    guard let advice = (self as? any AdvisedError)?.advice else { return self }
    return ErrorWithAdvice(wrapped: self, advice: advice)
  }
}

extension MethodError: AdvisedError {
  var advice: String? {
    switch self {
    case .untrained: ": run train"
    case .diverged: ": try a smaller rate= or lambda=, or more pretraining"
    case .collapsed: "; try a smaller lambda= or rate=, or more pretraining"
    case .noEffect, .cannotCount: nil
    case .needsAllPixels:
      ": load fewer with count=, or smaller ones with size=; ClusterDDPM's models need a batch at a time"
    case .indivisible: ": evaluate lists the clusters' shares"
    }
  }
}

extension FigureError: AdvisedError {
  var advice: String? {
    switch self {
    case .noRoom(.needs, _, _): ": make it larger with width= and height="
    case .noRoom(.tooMany, _, _): ": make it larger with width= and height=, or show fewer"
    case .noRoom:
      ", even at \(NumberText.short(Font.leastSize)) points: make it larger with width= and height=, take another style=, or "
        + "leave text out with legend=off, title=off or subtitle=off"
    case .unknownFont: "; fc-list : family lists all"
    case .unknownFormat, .tooLarge, .drawingFailed, .png, .interrupted: nil
    }
  }
}

extension ModelError: AdvisedError {
  var advice: String? {
    switch self {
    case .imageShape(let shape, _, _): Self.fitting(shape)
    case .noMixture: ": run train, or estep after pretrain"
    case .tooFewComponents: "; build the model with components= above clusters="
    case .tooLarge: "; try fewer channels= or a smaller latent="
    case .nothingToPredict: ": add target=velocity, or take another schedule="
    case .channelCount, .fewerComponents: nil
    }
  }

  private static func fitting(_ images: ImageShape) -> String {
    let fitting = Preset.all.filter { $0.accepts(images) }
    return fitting.isEmpty
      ? ": load the images with size= a multiple of 4"
      : ": use " + fitting.map { "model \($0.name)" }.joined(separator: " or ")
  }
}

extension DatasetError: ErrorInLines {
  public var hasLines: Bool {
    if case .missingSet = self { true } else { false }
  }

  /// The error with folders none of which breaks a line.
  fileprivate var withPlainFolders: DatasetError {
    guard case .missingSet(let name, let folders, let files, let mayBeCompressed) = self else { return self }
    return .missingSet(
      name: name, lookedIn: folders.map { $0.withoutControls() }, files: files, mayBeCompressed: mayBeCompressed)
  }
}

extension DatasetError: AdvisedError {
  var advice: String? {
    switch self {
    case .ambiguousLayout(_, _, let layouts): ": say " + layouts.map { "layout=\($0)" }.joined(separator: " or ")
    case .flatImages(_, let shape):
      ": say shape=\(FlatShape.square(of: shape[1]).map { "\($0)" } ?? "HxW, or HxWx3 for colour"), or layout=hw if they "
        + "are one image"
    case .noImages: ": say array=NAME, and labels=NAME if one of them holds labels"
    default: nil
    }
  }
}
