import ArrayFiles
import Clustering
import Figures
import Files

extension SessionFormat {
  /// What numpy.load reads, an image a row of each array.
  static let arrays = SessionFormat(
    ending: "npz",
    summary:
      "NumPy arrays: latents, logVariances where latents are means of Gaussians, assignments, responsibilities (of "
      + "clusters), indices (places among the loaded images), labels if there are any, "
      + "tsne and tsne_indices where there is an embedding",
    mark: FileMark(beginning: [0x50, 0x4B, 3, 4], last: ToolMark.name.utf8.count) { _, last in
      last.elementsEqual(ToolMark.name.utf8)
    }, keepsSession: false
  ) { session, file, environment in
    var clustered = try ClusteredImages(session, for: "save", environment)
    var archive = NpzWriter(to: file, comment: ToolMark.name)
    let count = clustered.assignments.count
    do {
      // Not there any more when the probabilities are.
      let logVariances = clustered.takeLogVariances()
      let clustered = clustered
      try archive.add(
        PromisedArray("latents", shape: [count, clustered.latentSize], .float32) { images in
          .float32(clustered.latents(at: images).elements.map { Float($0) })
        })
      if let logVariances {
        try archive.add(
          PromisedArray("logVariances", shape: [count, logVariances.columns], .float32) { images in
            .float32(logVariances.rows(images).map { Float($0) })
          })
      }
    }
    try archive.add(.integers("assignments", clustered.assignments))
    let probabilities = try clustered.probabilities()
    try archive.add(
      PromisedArray("responsibilities", shape: [count, probabilities.columns], .float64) { images in
        .float64(Array(probabilities.rows(images)))
      })
    for array in others(session) { try archive.add(array) }
    try archive.finish()
  }

  /// What else a session has to say of its images.
  private static func others(_ session: SessionState) -> [PromisedArray] {
    guard let dataset = session.dataset else { return [] }
    var arrays = [PromisedArray.integers("indices", 0..<dataset.count)]
    if let labels = dataset.labels { arrays.append(.integers("labels", labels.numbers)) }
    if let embedding = session.embedding, embedding.origin.sha256 == dataset.sha256 {
      arrays += embedding.promisedArrays
    }
    return arrays
  }
}

extension PromisedArray {
  fileprivate static func integers(_ name: String, _ numbers: some RandomAccessCollection<Int> & Sendable)
    -> PromisedArray
  {
    PromisedArray(name, shape: [numbers.count], .int64) { places in
      .int64(numbers.dropFirst(places.lowerBound).prefix(places.count).map { Int64($0) })
    }
  }
}
