import Clustering

/// What `make_embedding.py` computed.
struct EmbeddingGolden: Decodable {
  let points: [Double]
  let columns: Int
  let embedding: [Double]
  let affinityRows: [[Double]]
  let affinityRowIndices: [Int]
  let nonzero: Int
  let squareSum, klDivergence, referenceKL: Double
  let components, variances, wide, wideComponents, wideVariances: [Double]
  let wideColumns: Int
  let trustworthiness: [String: Double]
  let pcaTrustworthiness: Double

  static func load() throws -> EmbeddingGolden { try golden("embedding", as: EmbeddingGolden.self) }

  var pointMatrix: Matrix { Matrix(rows: points.count / columns, columns: columns, elements: points) }
  var embeddingMatrix: Matrix { Matrix(rows: embedding.count / 2, columns: 2, elements: embedding) }
}
