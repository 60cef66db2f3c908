import Files

extension SessionFormat {
  /// A line an image, for spreadsheets and scripts.
  static let assignments = SessionFormat(
    ending: "csv", summary: "a line an image: index, label if there is one, cluster, its probability",
    // Nothing in a table of values tells ours from one that was edited since.
    mark: FileMark(beginning: []) { _, _ in false }, keepsSession: false
  ) { session, file, environment in
    let clustered = try ClusteredImages(session, for: "save", environment)
    let probabilities = try clustered.probabilities()
    let labels = session.dataset?.labels
    var table = Table(columns)
    for (image, cluster) in clustered.assignments.enumerated() {
      table.add([
        .integer(image), labels.map { .text($0.names[$0.classes[image]]) } ?? .missing, .integer(cluster),
        .number(probabilities[image, cluster]),
      ])
    }
    try file.write(Array((TableFormat.csv.written(table) + "\n").utf8))
  }

  private static let columns = [
    Table.Column("index", .integer), .init("label"), .init("cluster", .integer), .init("probability", .decimal(4)),
  ]
}
