import Clustering
import ClusteringMethods
import ElementaryFunctions
import Images

/// The images that a method was trained on, by which it places others: an image that is one of them, to the byte, stands
/// where that one does, any other where its nearest among them say.
///
/// It keeps the images' bytes, which it shares with the data set.
struct PlacedImages: Sendable {
  let images: ImageSet
  private let firstPlaces: FirstPlaces

  init(_ images: ImageSet) {
    self.images = images
    firstPlaces = FirstPlaces(count: images.count) { Self.key(images[$0]) }
  }

  /// The positions of `others`, an image a row.
  ///
  /// - Parameters:
  ///   - positions: those of the images trained on.
  ///   - neighbourCount: nearest of them that place an image which is none of them.
  ///   - points: what distances are taken between, an image a row.
  ///   - shares: how much each neighbour counts, by the squared distances to them, nearest first; their sum is not 0.
  func positions(
    of others: ImageSet, from positions: Matrix, neighbourCount: Int,
    points: (ImageSet) throws -> Matrix, shares: (ArraySlice<Double>) -> [Double]
  ) throws -> Matrix {
    precondition(positions.rows == images.count, "\(positions.rows) positions for \(images.count) images")
    let places = (0..<others.count).map { place(of: others[$0]) }
    var result = Matrix(rows: others.count, columns: positions.columns)
    for (row, place) in places.enumerated() {
      guard let place else { continue }
      for column in 0..<positions.columns { result[row, column] = positions[place, column] }
    }
    let strangers = places.indices.filter { places[$0] == nil }
    guard !strangers.isEmpty else { return result }
    let count = min(neighbourCount, images.count)
    let nearest = try NearestNeighbours(
      of: points(others.selecting(strangers)), among: points(images), count: count)
    for (number, row) in strangers.enumerated() {
      let weights = shares(nearest.squaredDistances[number * count..<(number + 1) * count])
      let total = weights.reduce(0, +)
      for (neighbour, weight) in zip(nearest.indices(ofRow: number), weights) {
        for column in 0..<positions.columns {
          result[row, column] += weight / total * positions[Int(neighbour), column]
        }
      }
    }
    return result
  }

  /// Which image, if it is one of them, the first of equal ones.
  private func place(of image: ArraySlice<UInt8>) -> Int? {
    firstPlaces[Self.key(image)].flatMap { images[$0] == image ? $0 : nil }
  }

  private static func key(_ image: ArraySlice<UInt8>) -> UInt64 { FirstPlaces.key(image.lazy.map(UInt64.init)) }
}

extension PlacedImages: StateValue {
  func save(as name: String, to state: inout StateWriter) { images.save(as: name, to: &state) }

  init(_ name: String, from state: StateReader) throws { self.init(try ImageSet(name, from: state)) }
}

extension StateReader {
  /// Throws unless the images of a method, one at least, are of its shape.
  func requireImages(_ images: ImageSet, _ name: String, _ shape: ImageShape) throws {
    try require(
      images.count > 0 && ImageShape(of: images) == shape, name, "images of \(shape)",
      found: "\(images.count) of \(ImageShape(of: images))")
  }

  /// Throws unless there are `count` centres of `size` numbers each, which are called `what`.
  func requireCentres(_ centres: Matrix, _ name: String, count: Int, of size: Int, _ what: String) throws {
    try require(
      centres.rows == count && centres.columns == size, name, "\(count) centres of \(size) \(what)",
      found: "\(centres.rows) of \(centres.columns)")
  }
}
