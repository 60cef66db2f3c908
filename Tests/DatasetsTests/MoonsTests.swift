import Datasets
import TensorEngine
import Testing

/// Sets that are drawn to be hard in a known way.
@Suite struct MoonsTests {
  private let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: nil, environment: [:]))

  private func draw(
    _ name: String, _ count: Int, seed: UInt64 = 0, _ change: (inout DrawingOptions) -> Void = { _ in }
  ) throws -> Dataset {
    var selection = DatasetSelection(count: count)
    change(&selection.drawing)
    return try catalogue.load(name, selection, seed: seed)
  }

  /// Where each dot lies: the mean place of its ink.
  private func places(_ set: Dataset) -> [SIMD2<Double>] {
    (0..<set.count).map { index in
      var (mass, moment) = (0.0, SIMD2(0.0, 0.0))
      for (place, pixel) in Array(set.images[index]).enumerated() {
        mass += Double(pixel)
        moment += SIMD2(Double(place % 28) + 0.5, Double(place / 28) + 0.5) * Double(pixel)
      }
      return moment / mass
    }
  }

  /// A point of the plane of the moons, from its place in the picture.
  private func plane(_ place: SIMD2<Double>, moons: Int) -> SIMD2<Double> {
    let share = (place - 5) / 18
    return SIMD2(-1 + share.x * (2 + 1.2 * Double(moons - 1)), -0.5 + (1 - share.y) * 1.5)
  }

  private func distance(_ point: SIMD2<Double>, fromMoon moon: Int) -> Double {
    let offset = point - SIMD2(1.2 * Double(moon), moon % 2 == 0 ? 0 : 0.5)
    return abs((offset * offset).sum().squareRoot() - 1)
  }

  @Test(arguments: [2, 3, 4]) func dotsLieOnTheirMoons(moons: Int) throws {
    let set = try draw("moons", 600) {
      $0.classes = moons
      $0.noise = 0
    }
    let classes = try #require(set.labels).classes
    #expect(set.name == "moons classes=\(moons) noise=0" && set.labels?.classCount == moons)
    for moon in 0..<moons { #expect(classes.count { $0 == moon } == 600 / moons) }
    for (place, moon) in zip(places(set), classes) {
      let point = plane(place, moons: moons)
      // A picture's ink is rounded down to bytes.
      #expect(distance(point, fromMoon: moon) < 0.05, "\(point) on moon \(moon)")
      #expect(moon % 2 == 0 ? point.y > -0.05 : point.y < 0.55)
    }
  }

  /// No straight line parts them: the two moons' means are no prototypes, neighbours are.
  @Test func moonsAreNoBlobs() throws {
    let set = try draw("moons", 1_000)
    let classes = try #require(set.labels).classes
    let points = places(set)
    let means = (0..<2).map { moon in
      zip(points, classes).filter { $0.1 == moon }.map(\.0).reduce(SIMD2(0, 0), +) / 500
    }
    func square(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double { ((a - b) * (a - b)).sum() }
    let byMean = points.indices.count { index in
      (square(points[index], means[0]) < square(points[index], means[1])) == (classes[index] == 0)
    }
    let byNeighbour = points.indices.count { index in
      let nearest = points.indices.filter { $0 != index }.min {
        square(points[$0], points[index]) < square(points[$1], points[index])
      }!
      return classes[nearest] == classes[index]
    }
    #expect(byMean < 930 && byNeighbour > 980, "\(byMean) \(byNeighbour)")
  }

  /// The scale of the offsets is what was asked for; with heavy tails the middle is as wide and the ends are further out.
  @Test func offsetsHaveTheirScaleAndTails() throws {
    func sizes(_ tails: Int?) throws -> [Double] {
      let set = try draw("moons", 4_000) {
        $0.noise = 0.06
        $0.tails = tails
      }
      let classes = try #require(set.labels).classes
      return zip(places(set), classes).map { distance(plane($0, moons: 2), fromMoon: $1) }.sorted()
    }
    let (normal, heavy) = (try sizes(nil), try sizes(2))
    // The median of |z| is 0.6745, that of |t| with two degrees of freedom 0.8165.
    #expect(abs(normal[2_000] / 0.06 - 0.6745) < 0.05, "\(normal[2_000])")
    #expect(abs(heavy[2_000] / 0.06 - 0.8165) < 0.06, "\(heavy[2_000])")
    // 99 %: 2.576 and 9.925.
    #expect(abs(normal[3_960] / 0.06 - 2.576) < 0.25 && heavy[3_960] > 6 * 0.06)
  }

  @Test(arguments: ["strokes", "moons"]) func sizesFallByAConstantFactor(name: String) throws {
    let classCount = name == "strokes" ? 10 : 4
    let set = try draw(name, 4_000) {
      $0.imbalance = 20
      if name == "moons" { $0.classes = 4 }
    }
    let classes = try #require(set.labels).classes
    let sizes = (0..<classCount).map { wanted in Double(classes.count { $0 == wanted }) }
    let weights = [1.0, 0.721, 0.520, 0.375, 0.271, 0.195, 0.141, 0.1015, 0.0732, 0.05]
    let shares = classCount == 10 ? weights : [weights[0], weights[3] - 0.0066, 0.1357, weights[9]]
    for (size, share) in zip(sizes, shares) {
      let expected = 4_000 * share / shares.reduce(0, +)
      #expect(abs(size - expected) < 4 * expected.squareRoot(), "\(sizes)")
    }
    #expect(set.name == "\(name) \(name == "moons" ? "classes=4 " : "")imbalance=20")
  }

  /// A digit under another is as dark as was asked for, of another class, and leaves the upper one as it was.
  @Test func digitsLieUnderOthers() throws {
    let (plain, none) = (try draw("strokes", 60), try draw("strokes", 60) { $0.overlap = 0 })
    #expect(none.images.pixels == plain.images.pixels && none.sha256 == plain.sha256)
    var last = plain.images.pixels.map(Int.init)
    for overlap in [0.25, 0.5, 1] {
      let set = try draw("strokes", 60) { $0.overlap = overlap }
      #expect(set.labels == plain.labels)
      let pixels = set.images.pixels.map(Int.init)
      #expect(zip(pixels, last).allSatisfy(>=) && pixels != last)
      // Where the upper digit left the paper black nothing is darker than that share.
      let under = zip(pixels, plain.images.pixels).filter { $0.1 == 0 }.map(\.0).max()!
      #expect(under <= Int(255 * overlap) && under >= Int(200 * overlap), "\(under)")
      last = pixels
    }
  }

  /// Heavy tails move digits further, and all of them stay in the picture.
  @Test func heavyTailedHands() throws {
    let (plain, heavy) = (try draw("strokes", 500), try draw("strokes", 500) { $0.tails = 2 })
    #expect(heavy.sha256 != plain.sha256 && heavy.labels == plain.labels)
    for index in 0..<heavy.count {
      let ink = heavy.images[index].reduce(0) { $0 + Int($1) }
      #expect(ink > 1_000, "image \(index) holds \(ink) of ink")
    }
  }

  @Test func drawsDependOnTheirSeedAlone() throws {
    func set(_ count: Int, seed: UInt64 = 0) throws -> Dataset {
      try draw("moons", count, seed: seed) {
        $0.tails = 3
        $0.imbalance = 4
      }
    }
    let whole = try set(300)
    let threadCount = Parallel.threadCount
    defer { Parallel.threadCount = threadCount }
    Parallel.threadCount = 3
    #expect(try set(300).sha256 == whole.sha256)
    #expect(try set(300, seed: 1).sha256 != whole.sha256)
    let fewer = try set(123)
    #expect(fewer.images == whole.images.selecting(0..<123) && fewer.labels == whole.labels?.selecting(0..<123))
  }

  @Test func whatASetDoesNotTake() throws {
    for (name, option, change) in [
      ("moons", "overlap", { $0.overlap = 0.5 }), ("strokes", "noise", { $0.noise = 0.5 }),
      ("moons", "classes", { $0.classes = 5 }), ("strokes", "classes", { $0.classes = 11 }),
    ] as [(String, String, (inout DrawingOptions) -> Void)] {
      let error = #expect(throws: DatasetError.self) { try draw(name, 10, change) }
      switch error {
      case .badOption(let found, _, _)?, .optionNotTaken(let found, _, _)?: #expect(found == option)
      default: Issue.record("\(name) \(option): \(String(describing: error))")
      }
    }
  }
}
