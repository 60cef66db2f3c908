import Clustering
import Evaluation
import Files
import Interruptions

extension SessionFormat {
  /// A line an image, for spreadsheets and scripts.
  static let assignments = SessionFormat(
    ending: "csv", summary: "a line an image: index, label if there is one, cluster, its probability",
    // Nothing in a table of values tells ours from one that was edited since.
    mark: nil, keepsSession: false
  ) { session, file, environment in
    let clustered = try ClusteredImages(session, for: "save", environment)
    try writeAssignments(
      clustered.assignments, try clustered.probabilities(), labels: session.dataset?.labels, to: file)
  }

  /// Writes a row an image, some thousands at a time.
  static func writeAssignments(
    _ assignments: [Int], _ probabilities: Matrix, labels: Labels?, to file: FileWriter
  ) throws {
    for start in stride(from: 0, to: max(1, assignments.count), by: rowsAtATime) {
      try Interruption.check()
      // Only the first rows have a header above them.
      var table = Table(columns.map { start == 0 ? $0 : Table.Column("", $0.kind) })
      for image in start..<min(start + rowsAtATime, assignments.count) {
        let cluster = assignments[image]
        table.add([
          .integer(image), labels.map { .text($0.names[$0.classes[image]]) } ?? .missing, .integer(cluster),
          .number(probabilities[image, cluster]),
        ])
      }
      try file.write(Array((TableFormat.csv.written(table) + "\n").utf8))
    }
  }

  private static let rowsAtATime = 2_000
  private static let columns = [
    Table.Column("index", .integer), .init("label"), .init("cluster", .integer), .init("probability", .decimal(4)),
  ]
}
