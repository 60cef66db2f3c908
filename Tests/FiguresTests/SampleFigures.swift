import Figures
import Images

/// Figures of every kind, and of what is odd about their contents.
enum SampleFigures {
  static let digits = (0..<10).map { "\($0)" }
  static let longNames = (0..<10).map { "a class whose name has sixty characters, which is long, no \($0)" }
  static let scripts = [
    "猫", "狗 (犬)", "飞机", "قطة", "كلب كبير", "كتاب", "日本語のクラス名", "Ankle boot", "T-shirt/top", "ship",
  ]

  static func images(_ count: Int, side: Int = 14) -> ImageSet {
    ImageSet(
      count: count, height: side, width: side, channelCount: 1,
      pixels: (0..<count * side * side).map { index in
        let (y, x, image) = (index / side % side, index % side, index / side / side)
        return UInt8((x * x + y * y * (image % 7 + 1)) % 256)
      })
  }

  /// Groups around a circle.
  static func scatter(_ names: [String], count: Int = 600, _ change: (inout ScatterFigure) -> Void = { _ in })
    -> ScatterFigure
  {
    let places: [(Float, Float)] = [
      (10, 0), (8, 6), (3, 9.5), (-3, 9.5), (-8, 6), (-10, 0), (-8, -6), (-3, -9.5), (3, -9.5), (8, -6),
    ]
    var coordinates: [Float] = []
    for index in 0..<count {
      let place = places[index % names.count % places.count]
      coordinates += [
        place.0 + Float(index * 7919 % 101) / 40 - 1.25, place.1 + Float(index * 6841 % 103) / 40 - 1.28,
      ]
    }
    var figure = ScatterFigure(
      coordinates: coordinates, groups: (0..<count).map { $0 % names.count }, groupNames: names)
    figure.title = "t-SNE of strokes latents"
    figure.subtitle = "n = 5000, perplexity 30, KL 1.23, trustworthiness 0.987, 10 neighbours kept 0.61"
    figure.legendTitle = "cluster: class"
    change(&figure)
    return figure
  }

  static func grid(rows: Int, columns: Int) -> ImageGridFigure {
    var figure = ImageGridFigure(images(rows * columns), columnCount: columns)
    figure.title = "Samples (strokes)"
    figure.subtitle = "percent: each cluster's weight in the mixture"
    figure.rowLabels = (0..<rows).map { "cluster \($0)" }
    figure.rowDetails = (0..<rows).map { _ in "10.3 %" }
    return figure
  }

  static func captioned() -> ImageGridFigure {
    var figure = ImageGridFigure(images(24), columnCount: 8)
    figure.title = "What the model is least sure of"
    figure.captions = (0..<24).map { "\($0 % 10) or \($0 * 7 % 10), 0.5\($0 % 10)" }
    return figure
  }

  static func curves(rounds: Int = 30) -> CurvesFigure {
    let xs = (1...max(rounds, 1)).map(Double.init)
    func panel(_ label: String, _ names: [String], _ value: (Double, Double) -> Double) -> CurvesFigure.Panel {
      CurvesFigure.Panel(
        yLabel: label,
        series: names.enumerated().map { place, name in
          CurvesFigure.Series(name, xs: xs, ys: xs.map { value($0, Double(place)) })
        })
    }
    var figure = CurvesFigure(panels: [
      panel("loss (reconstruction + λ · prior)", ["loss", "reconstruction"]) { 500 / $0 + 120 - 20 * $1 },
      panel("prior", ["prior"]) { x, _ in 5 + x / 3 },
      panel("score", ["accuracy", "NMI"]) { 1 - 0.8 / $0 - 0.05 * $1 },
    ])
    figure.title = "Training on strokes"
    figure.xLabel = "epochs of pretraining, then rounds"
    figure.xIsWhole = true
    if rounds > 12 { figure.events = [.init(x: 6.5, label: "EM"), .init(x: 12.5, label: "merge")] }
    return figure
  }

  static func matrix(_ names: [String]) -> MatrixFigure {
    let count = names.count
    var figure = MatrixFigure(
      values: (0..<count * count).map { $0 / count == $0 % count ? 487 : Double($0 * 37 % 23) },
      rowNames: (0..<count).map { "\($0)" }, columnNames: names)
    figure.title = "Clusters and classes of strokes"
    figure.subtitle = "n = 6000, accuracy 0.974"
    (figure.rowLabel, figure.columnLabel) = ("cluster", "class")
    return figure
  }

  /// Points with images beside them, as of what is in wrong clusters.
  static func callouts() -> ScatterFigure {
    let images = images(12)
    return scatter(["right", "wrong"]) { figure in
      figure.showsLegend = false
      figure.callouts = (0..<12).map { index in
        ScatterCallout(
          point: 47 * index + 5, image: images.selecting([index]), lines: ["GT ankle boot", "found T-shirt/top"])
      }
    }
  }

  /// Images in the points' stead.
  static func thumbnails() -> ScatterFigure {
    scatter(digits) { $0.images = images(600) }
  }

  /// New points among others, one of them far off and some of no group.
  static func added() -> ScatterFigure {
    var coordinates: [Float] = [14, 13]
    for index in 0..<24 { coordinates += [Float(index % 6 * 3 - 7), Float(index / 6 * 5 - 7)] }
    let groups = (0..<25).map { (index: Int) -> Int? in index % 11 < 10 ? index % 11 : nil }
    return scatter(digits) {
      $0.addition = ScatterFigure.Addition(coordinates: coordinates, groups: groups, name: "new")
    }
  }

  /// A component a cluster's half.
  static func mixture() -> MixtureFigure {
    let count = 20
    var figure = MixtureFigure(
      weights: (0..<count).map { Double($0 % 4 + 2) / 70 }, clusters: (0..<count).map { $0 / 2 },
      clusterNames: digits.map { "\($0): class \($0)" },
      distances: (0..<count * count).map { Double(abs($0 / count - $0 % count)) * 1.5 },
      joins: (0..<count - 1).map {
        MixtureFigure.Join($0 == 0 ? 0 : $0 + 1, $0 == 0 ? 1 : count + $0 - 1, height: Double($0 + 1))
      })
    figure.distanceLabel = "Bhattacharyya distance"
    figure.title = "Mixture of a clustering DDPM (strokes)"
    figure.subtitle = "20 components, 10 clusters, 16 dimensions"
    return figure
  }

  /// A tree whose right halves are divided again, so that each node has a leaf at its left, or halves down to single leaves.
  static func tree(_ names: [String], isChain: Bool = false, samples: Int = 4) -> TreeFigure {
    var nodes: [TreeFigure.Node] = []
    func add(_ leaves: Range<Int>) -> Int {
      let place = nodes.count
      let share = Double(leaves.count) / Double(names.count)
      var node = TreeFigure.Node(
        children: [], share: share, detail: "\((share * 1000).rounded() / 10) %",
        images: (0..<samples).map { (leaves.lowerBound + $0) % 24 })
      (node.name, node.paletteIndex) = (leaves.count == 1 ? names[leaves.lowerBound] : "", leaves.lowerBound)
      nodes.append(node)
      guard leaves.count > 1 else { return place }
      let middle = isChain ? leaves.lowerBound + 1 : leaves.lowerBound + leaves.count / 2
      nodes[place].children = [add(leaves.lowerBound..<middle), add(middle..<leaves.upperBound)]
      return place
    }
    _ = add(0..<names.count)
    var figure = TreeFigure(images(24), nodes: nodes)
    figure.title = "Tree of clusters (strokes)"
    figure.subtitle = "\(names.count) clusters, percent: share of the images' memberships"
    return figure
  }

  /// Figures of several kinds and two legends.
  static func panels() -> PanelsFigure {
    var rounds = CurvesFigure(panels: [
      .init(yLabel: "accuracy", series: [.init("train", (0..<30).map { 1 - 0.7 / Double($0 + 1) })])
    ])
    (rounds.title, rounds.xLabel) = ("Accuracy of strokes", "round")
    return PanelsFigure([scatter(digits), scatter(["right", "wrong"]), rounds, grid(rows: 6, columns: 6)])
  }

  /// One of every kind, as commands draw them.
  static let usual: [(name: String, figure: any Figure)] = [
    ("scatter", scatter(digits)), ("curves", curves()), ("grid", grid(rows: 10, columns: 10)),
    ("captions", captioned()), ("matrix", matrix(digits)), ("callouts", callouts()), ("thumbnails", thumbnails()),
    ("added", added()),
    ("mixture", mixture()), ("tree", tree(digits.map { "\($0): class \($0)" })), ("panels", panels()),
  ]

  /// What is odd, and is a good picture all the same.
  static let odd: [(name: String, figure: any Figure)] = [
    ("long names", scatter(longNames)), ("40 classes", scatter((0..<40).map { "class \($0)" })),
    ("scripts", scatter(scripts)), ("one class", scatter(["only"])), ("one point", scatter(["a", "b"], count: 1)),
    ("no points", scatter(["a", "b"], count: 0)),
    (
      "points that are no numbers",
      scatter(digits) { $0.coordinates = $0.coordinates.indices.map { $0 % 5 == 0 ? .nan : Float($0) } }
    ),
    ("tree of one split", tree(["a", "b"])), ("tree of a leaf", tree(["all"])),
    ("tree with long names", tree(longNames, samples: 2)), ("tree with scripts", tree(scripts, samples: 1)),
    ("tree that is a chain", tree((0..<5).map { "class \($0)" }, isChain: true, samples: 2)),
    ("all points equal", scatter(digits) { $0.coordinates = $0.coordinates.map { _ in 3 } }),
    ("five in a row", grid(rows: 10, columns: 5)), ("40 rows", grid(rows: 40, columns: 10)),
    ("one image", grid(rows: 1, columns: 1)), ("1,000 rounds", curves(rounds: 1000)), ("one round", curves(rounds: 1)),
    ("long names of columns", matrix(longNames)), ("names of columns", matrix(scripts)), ("one square", matrix(["a"])),
    (
      "no numbers",
      MatrixFigure(values: [.nan, .nan, .nan, .nan], rowNames: ["a", "b"], columnNames: ["c", "d"])
    ),
    (
      "gaps",
      CurvesFigure(panels: [.init(yLabel: "loss", series: [.init("a", [.nan, .nan]), .init("b", [.nan, 3])])])
    ),
  ]
}
