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
    let clustered = try ClusteredImages(session, for: "save", environment)
    let (latents, probabilities) = (clustered.latents, try clustered.probabilities())
    var archive = NpzWriter(to: file, comment: ToolMark.name)
    func add(_ name: String, _ matrix: Matrix) throws {
      try archive.add(
        NamedArray(name, shape: [matrix.rows, matrix.columns], .float32(matrix.elements.map { Float($0) })))
    }
    try add("latents", latents)
    if let logVariances = clustered.logVariances { try add("logVariances", logVariances) }
    try archive.add(
      NamedArray("assignments", shape: [latents.rows], .int64(clustered.assignments.map(Int64.init))))
    try archive.add(
      NamedArray(
        "responsibilities", shape: [probabilities.rows, probabilities.columns], .float64(probabilities.elements)))
    try archive.add(
      NamedArray("indices", shape: [latents.rows], .int64((0..<latents.rows).map(Int64.init))))
    if let labels = session.dataset?.labels {
      try archive.add(NamedArray("labels", shape: [labels.count], .int64(labels.numbers.map(Int64.init))))
    }
    if let embedding = session.embedding, embedding.origin.sha256 == session.dataset?.sha256 {
      for promise in embedding.promisedArrays { try archive.add(promise.array) }
    }
    try archive.finish()
  }
}
