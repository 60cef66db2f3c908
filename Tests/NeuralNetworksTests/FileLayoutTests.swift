import NeuralNetworks
import TensorEngine
import Testing

/// What a file holds of a tensor, place by place as PyTorch counts them, and taken up again in pieces.
@Suite struct FileLayoutTests {
  private struct Case: Sendable {
    let layout: FileLayout
    let shape: [Int]
    /// Where an element of the file lies in the tensor.
    let inTensor: @Sendable ([Int]) -> [Int]
  }

  private static let cases = [
    Case(layout: FileLayout(same: [5, 4]), shape: [5, 4]) { $0 },
    Case(layout: FileLayout(linear: [19, 35]), shape: [19, 35]) { [$0[1], $0[0]] },
    Case(layout: FileLayout(convolution: [3, 3, 18, 33]), shape: [3, 3, 18, 33]) { [$0[2], $0[3], $0[1], $0[0]] },
    Case(layout: FileLayout(upsampling: [7, 4 * 20], size: 2), shape: [7, 80]) {
      [$0[0], ($0[2] * 2 + $0[3]) * 20 + $0[1]]
    },
    Case(layout: FileLayout(image: [5, 4, 18]), shape: [5, 4, 18]) { [$0[1], $0[2], $0[0]] },
  ]

  private static func offset(_ place: [Int], _ shape: [Int]) -> Int { zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 } }

  private static func places(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { places, length in places.flatMap { place in (0..<length).map { place + [$0] } } }
  }

  @Test(arguments: cases.indices) func filesHoldWhatPyTorchWould(index: Int) {
    let (layout, shape) = (Self.cases[index].layout, Self.cases[index].shape)
    let tensor = Tensor((0..<shape.reduce(1, *)).map(Float.init), shape: shape)
    let expected = Self.places(layout.shape).map { Float(Self.offset(Self.cases[index].inTensor($0), shape)) }
    #expect(layout.inFile(0..<layout.shape[0], of: tensor) == expected)

    // In pieces of 1, 2, 3 ... places.
    var (inFile, first, length) = ([Float](), 0, 1)
    let again = Tensor.filled(shape) { elements in
      while first < layout.shape[0] {
        let rows = first..<min(first + length, layout.shape[0])
        let piece = layout.inFile(rows, of: tensor)
        piece.withUnsafeBufferPointer { layout.place($0, of: rows, in: elements) }
        inFile += piece
        (first, length) = (rows.upperBound, length + 1)
      }
    }
    #expect(inFile == expected)
    #expect(again == tensor)
  }
}
