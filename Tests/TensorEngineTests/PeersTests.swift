import TensorEngine
import TestSupport
import Testing

@Suite struct PeersTests {
  /// However many make the rows, and however many rows are gathered at a time; words that are no numbers too.
  @Test(arguments: [1, 2, 3, 8], [1, 6, 100]) func rowsAreShared(peers: Int, most: Int) throws {
    func row(_ number: Int) -> [UInt32] { [UInt32(number), 0x7F80_0001, 0xFFC0_0000 + UInt32(number)] }
    let expected = (0..<11).flatMap(row)
    let found = try ThreadPeers.run(peers) { peers in
      try peers.shared(rows: 11, columns: 3, most: most) { $0.flatMap(row) }
    }
    #expect(found == Array(repeating: expected, count: peers))
    #expect(try OnePeer().shared(rows: 0, columns: 3) { _ in [] }.isEmpty)
  }
}
