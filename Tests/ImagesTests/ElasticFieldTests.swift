import Images
import TensorEngine
import Testing

@Suite("Elastic fields") struct ElasticFieldTests {
  /// The displacements at the nodes of a field on an image of 9×13, whose nodes are every second and third pixel.
  func nodes(_ field: ElasticField) -> [(x: Float, y: Float)] {
    let all = field.displacements(on: ElasticField.Grid(height: 9, width: 13))
    return (0..<25).map { all[$0 / 5 * 2 * 13 + $0 % 5 * 3] }
  }

  @Test func nodesAreNormalWithTheDeviationAsked() {
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    for draw in 0..<400 {
      let field = ElasticField(deviation: 0.06, from: RandomSource(seed: 9).derived(draw))
      for node in nodes(field) {
        for value in [node.x, node.y] {
          // Half of a width of 13 pixels is the unit.
          let share = Double(value) / 6.5
          (sum, squares, count) = (sum + share, squares + share * share, count + 1)
        }
      }
    }
    #expect(count == 20_000)
    #expect(abs(sum / count) < 0.002)
    #expect(abs((squares / count).squareRoot() - 0.06) < 0.001)
  }

  /// A size with the same nodes between which there are more pixels has the same displacements at the nodes.
  @Test func sizeScalesAndDoesNotChangeTheField() {
    let field = ElasticField(deviation: 0.1, from: RandomSource(seed: 2))
    let coarse = nodes(field)
    let fine = field.displacements(on: ElasticField.Grid(height: 17, width: 25))
    for (number, node) in coarse.enumerated() {
      let other = fine[number / 5 * 4 * 25 + number % 5 * 6]
      #expect(abs(other.x / 12.5 - node.x / 6.5) < 1e-6)
      #expect(abs(other.y / 12.5 - node.y / 6.5) < 1e-6)
    }
  }

  /// No jump between pixels: with 24 pixels between nodes a step is a small part of the difference of two nodes.
  @Test func fieldsAreSmooth() {
    let field = ElasticField(deviation: 0.1, from: RandomSource(seed: 6))
    let grid = ElasticField.Grid(height: 97, width: 97)
    let all = field.displacements(on: grid)
    let largest = all.map { max(abs($0.x), abs($0.y)) }.max()!
    for row in 0..<97 {
      for column in 1..<97 {
        #expect(abs(all[row * 97 + column].x - all[row * 97 + column - 1].x) < largest / 8)
        #expect(abs(all[column * 97 + row].y - all[(column - 1) * 97 + row].y) < largest / 8)
      }
    }
  }

  @Test func aSinglePixelIsAnImageToo() {
    let field = ElasticField(deviation: 0.1, from: RandomSource(seed: 6))
    #expect(field.displacements(on: ElasticField.Grid(height: 1, width: 1)).count == 1)
  }
}
