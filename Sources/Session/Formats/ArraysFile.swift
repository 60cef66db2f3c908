import ArrayFiles
import Figures
import Files

extension SessionFormat {
  /// What numpy.load reads, an image a row of each array.
  static let arrays = SessionFormat(
    ending: "npz",
    summary: "NumPy arrays: latents, assignments, responsibilities (of clusters), labels if there are any",
    mark: FileMark(beginning: [0x50, 0x4B, 3, 4], last: ToolMark.name.utf8.count) { _, last in
      last.elementsEqual(ToolMark.name.utf8)
    }, keepsSession: false
  ) { session, file, environment in
    let clustered = try ClusteredImages(session, for: "save", environment)
    let (latents, probabilities) = (clustered.latents, try clustered.probabilities())
    var archive = NpzWriter(to: file, comment: ToolMark.name)
    try archive.add(
      NamedArray(
        "latents", shape: [latents.rows, latents.columns], .float32(latents.elements.map(Float.init))))
    try archive.add(
      NamedArray("assignments", shape: [latents.rows], .int64(clustered.assignments.map(Int64.init))))
    try archive.add(
      NamedArray(
        "responsibilities", shape: [probabilities.rows, probabilities.columns], .float64(probabilities.elements)))
    if let labels = session.dataset?.labels {
      try archive.add(NamedArray("labels", shape: [labels.count], .int64(labels.numbers.map(Int64.init))))
    }
    try archive.finish()
  }
}
