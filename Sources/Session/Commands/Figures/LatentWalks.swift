import Clustering
import ClusteringMethods
import CommandLanguage
import Datasets
import Diffusion
import Figures
import Images
import TensorEngine

/// What is changed on the way from one image to another: each row of a picture changes one thing, or both.
enum WalkThrough: String, CaseIterable, Sendable {
  case both
  case z
  case noise

  var changesLatent: Bool { self != .noise }
  var changesNoise: Bool { self != .z }

  /// Beside a row.
  var words: String {
    switch self {
    case .both: "z and noise"
    case .z: "z alone"
    case .noise: "noise alone"
    }
  }
}

/// A command that draws images from latents and noise that are near those of loaded images.
protocol WalkCommand: DrawingCommand, DenoisingCommand {
  var through: [WalkThrough] { get set }
}

extension WalkCommand {
  static var throughParameter: Parameter<Self> {
    .option(
      "through", \Self.through, .choice(), count: 1...3,
      help: "what changes along a row, a row each: the latent z, the noise x_T that the image comes of, or both")
  }

  /// Throws for a method whose steps cannot be gone back.
  func requireDeterminism(for action: String) throws {
    guard denoising.method != .ancestral else {
      throw SessionError.randomMethod(denoising.method.name, action: action).about("method")
    }
  }

  /// The picture, once it is told how well images come back.
  ///
  /// - Parameter subject: "the image comes", or "the images come".
  func drawing(
    _ figure: ImageGridFigure, of count: Int, around own: InvertedImages, _ subject: String,
    _ model: any DiffusingMethod, _ environment: Environment
  ) -> Drawing {
    let error = own.meanSquaredError
    environment.print("\(subject) back with a mean squared error of \(NumberText.short(error)) (grey levels 0 to 255)")
    return Drawing(
      figure: figure,
      results: [
        "images": .integer(count), "steps": .integer(model.stepCount(denoising.sampling)),
        "inversionError": .number(error),
      ])
  }
}

/// Loaded images with what a model draws them from: their latents, and the noise that leads to them again.
struct InvertedImages {
  let images: ImageSet
  /// An image a row.
  let latents: Matrix
  /// x_T, `[images, height, width, channels]`.
  let noise: Tensor
  /// What is drawn from these.
  let reconstructions: ImageSet

  /// - Parameter places: among the loaded images, each with the parameter that names it.
  init(
    _ places: [(index: Int, parameter: String)], of dataset: Dataset, _ model: any DiffusingMethod,
    _ denoising: DenoisingOptions, _ environment: Environment
  ) throws {
    for (index, parameter) in places where index >= dataset.count {
      throw SessionError.noSuchImage(index, count: dataset.count).about(parameter)
    }
    images = dataset.images.selecting(places.map(\.index)).inMemory
    latents = try model.latents(of: images)
    noise = try model.inverted(images, latents: latents, options: denoising.sampling) { step, total in
      try denoising.report("inverting", step, total, environment)
    }
    reconstructions = try model.denoised(
      noise, latents: latents, options: denoising.sampling, source: model.source
    ) { step, total in try denoising.report("denoising", step, total, environment) }
  }

  /// The mean squared difference of images and reconstructions, in grey levels from 0 to 255.
  var meanSquaredError: Double {
    let sum = zip(images.pixels, reconstructions.pixels).reduce(0.0) { sum, pair in
      let difference = Double(pair.0) - Double(pair.1)
      return sum + difference * difference
    }
    return sum / Double(max(1, images.count * images.imageSize))
  }
}

extension ImageSet {
  /// The images of several sets of one shape, one behind another.
  static func joined(_ sets: [ImageSet]) -> ImageSet {
    precondition(
      !sets.isEmpty && sets.allSatisfy { ImageShape(of: $0) == ImageShape(of: sets[0]) },
      "images of different shapes are no set")
    return ImageSet(
      count: sets.reduce(0) { $0 + $1.count }, height: sets[0].height, width: sets[0].width,
      channelCount: sets[0].channelCount, pixels: sets.flatMap(\.pixels))
  }
}

extension Tensor {
  /// Some rows of the first axis, in their order.
  func selecting(_ rows: [Int]) -> Tensor {
    let size = shape.dropFirst().reduce(1, *)
    let scalars = scalars
    return Tensor(
      rows.flatMap { scalars[$0 * size..<($0 + 1) * size] }, shape: [rows.count] + shape.dropFirst())
  }

  /// Tensors whose first axes come one behind another.
  static func joined(_ tensors: [Tensor]) -> Tensor {
    Tensor(
      tensors.flatMap(\.scalars), shape: [tensors.reduce(0) { $0 + $1.shape[0] }] + tensors[0].shape.dropFirst())
  }
}
