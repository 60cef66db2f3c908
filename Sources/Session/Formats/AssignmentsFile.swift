import Clustering
import Evaluation
import Files

extension SessionFormat {
  /// A line an image, for spreadsheets and scripts.
  static let assignments = SessionFormat(
    ending: "csv", summary: "a line an image: index, label if there is one, cluster, its probability",
    // Nothing in a table of values tells ours from one that was edited since.
    mark: FileMark(beginning: []) { _, _ in false }, keepsSession: false
  ) { session, file, environment in
    let clustered = try ClusteredImages(session, for: "save", environment)
    let table = assignmentTable(
      clustered.assignments, try clustered.probabilities(), labels: session.dataset?.labels)
    try file.write(Array((TableFormat.csv.written(table) + "\n").utf8))
  }

  /// A row an image.
  static func assignmentTable(_ assignments: [Int], _ probabilities: Matrix, labels: Labels?) -> Table {
    var table = Table(columns)
    for (image, cluster) in assignments.enumerated() {
      table.add([
        .integer(image), labels.map { .text($0.names[$0.classes[image]]) } ?? .missing, .integer(cluster),
        .number(probabilities[image, cluster]),
      ])
    }
    return table
  }

  private static let columns = [
    Table.Column("index", .integer), .init("label"), .init("cluster", .integer), .init("probability", .decimal(4)),
  ]
}
