import Clustering
import ClusteringMethods
import Glibc
import Images
import Options
import TensorEngine

/// What methods with dense networks share beside these.
enum DenseNetworkError: Error, CustomStringConvertible {
  /// More numbers than the machine's memory holds; nil for more than can be counted.
  case tooLarge(parameters: Int?, limit: Int, widths: [String])

  var description: String {
    switch self {
    case .tooLarge(let parameters, let limit, let widths):
      "the network would learn \(parameters.map { "\($0)" } ?? "too many") numbers, of which this machine's memory holds "
        + "\(limit): take smaller \(widths.dropLast().map { "\($0)=" }.joined(separator: ", ")) or \(widths.last ?? "")="
    }
  }

  /// Throws where there is no memory for a network with what training keeps of each number: its gradient, two moments.
  ///
  /// - Parameter widths: the options that make it smaller.
  static func require(_ parameters: Int?, widths: [String] = ["width1", "width2", "width3"]) throws {
    let limit = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / (4 * MemoryLayout<Float>.stride)
    guard let parameters, parameters <= limit else {
      throw DenseNetworkError.tooLarge(parameters: parameters, limit: limit, widths: widths).about("width1")
    }
  }
}

extension ImageTraits {
  /// `epochs`, or where images are few as many as come to 2,000 steps: fewer leave all codes alike.
  func pretrainingEpochs(_ epochs: Int, batchSize: Int) -> Int {
    let steps = max(1, (count + batchSize - 1) / batchSize)
    return max(epochs, (2000 + steps - 1) / steps)
  }
}

/// Images that a network takes at a time: a fraction of a second's work.
let evaluationBatch = 500

extension NetworkMethod {
  /// What a network makes of the pixels of images: matrices of so many columns, a row an image.
  func encoded(
    _ images: ImageSet, widths: [Int], watch: Watch, _ encode: (Tensor) throws -> [Tensor]
  ) throws -> [Matrix] {
    try encodedInBatches(of: evaluationBatch, images, widths: widths, watch: watch) { batch in
      try encode(pixelTensor(of: images, at: batch))
    }
  }
}

extension StateReader {
  /// Throws `StateError.tooSmall` if a network for such images has more numbers than the file.
  func requireDense(_ images: ImageShape, method: String, parameters: () -> Int?) throws {
    let count = floatCount
    let isPlausible =
      images.dimensions.allSatisfy { (1...1 << 16).contains($0) } && images.dimensions.reduce(1, *) <= count
    guard isPlausible, let parameters = parameters(), parameters <= count else {
      throw StateError.tooSmall(file: file.path, method: method, found: count)
    }
  }
}
