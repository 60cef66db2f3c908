import CommandLanguage
import Datasets
import Figures
import Images

/// `images`
struct ImagesCommand: DrawingCommand {
  enum Arrangement: String, CaseIterable, Sendable {
    case classes = "class"
    case order
  }

  var count = 10
  var rows = 10
  var by = Arrangement.classes
  var output = PictureOptions("images.png")

  static let declaration = CommandDeclaration<ImagesCommand>(
    "images", summary: "Draw a grid of the loaded images",
    parameters: [
      .option("count", \.count, .integer(in: 1...100), help: "images in a row"),
      .option("rows", \.rows, .integer(in: 1...100), help: "rows, where they are not one a class"),
      .option("by", \.by, .choice(), help: "a row a class, if there are labels, or in the set's order"),
    ] + pictureParameters,
    examples: [
      CommandExample("images", "ten images of each class"),
      CommandExample("images by=order count=16 rows=8", "the first 128"),
    ],
    seeAlso: ["info", "sample", "reconstruct"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let dataset = try session.dataset(for: "images")
    let images = dataset.images
    var figure: ImageGridFigure
    if by == .classes, let labels = dataset.labels {
      var cells: [Int?] = []
      for label in 0..<labels.classCount {
        let members = labels.classes.indices.lazy.filter { labels.classes[$0] == label }.prefix(count)
        cells += Array(members) + [Int?](repeating: nil, count: count - members.count)
      }
      figure = ImageGridFigure(images, cells: cells, columnCount: count)
      figure.rowLabels = labels.names
    } else {
      let shown = min(count * rows, images.count)
      figure = ImageGridFigure(images, cells: Array(0..<shown), columnCount: count)
    }
    figure.title = dataset.name
    let shown = figure.cells.lazy.filter { $0 != nil }.count
    return Drawing(figure: .imageGrid(figure), results: ["images": .integer(shown)])
  }
}
