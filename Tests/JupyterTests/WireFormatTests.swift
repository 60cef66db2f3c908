import JSONValues
import Jupyter
import TensorEngine
import Testing

@Suite struct WireFormatTests {
  private let format = WireFormat(key: "a key")

  /// As Python's hmac has it: hmac.new(b"a key", b'{"msg_id":"1","msg_type":"x"}{}{}{"a":1}', "sha256").hexdigest()
  @Test func signature() throws {
    let message = WireMessage(
      identities: [[1, 2]], header: ["msg_id": "1", "msg_type": "x"], content: ["a": 1])
    let parts = format.parts(of: message)
    #expect(parts.map { String(decoding: $0, as: UTF8.self) }[1] == "<IDS|MSG>")
    #expect(
      String(decoding: parts[2], as: UTF8.self) == "61db31976287e32870682d6e76b2c71de2d356d2e670eccd29f2ff24b897abbb")
  }

  @Test func comesBack() throws {
    let request = WireMessage(identities: [[7]], header: ["msg_id": "q", "msg_type": "x_request"], content: [:])
    let sent = format.message("x_reply", ["text": "äöü 🙂\n\"\\"], metadata: ["m": [1, 2.5, nil]], answering: request)
    let back = try #require(format.message(in: format.parts(of: sent)))
    #expect(back.identities == [[7]])
    #expect(back.header == sent.header)
    #expect(back.parent == request.header)
    #expect(back.content == sent.content)
    #expect(back.metadata == sent.metadata)
  }

  /// Whatever is not as it was signed is refused.
  @Test func forgeries() throws {
    let request = WireMessage(
      identities: [[7]], header: ["msg_id": "q", "msg_type": "execute_request"], content: ["code": "quit"])
    let good = format.parts(of: request)
    #expect(WireFormat(key: "another key").message(in: good) == nil)
    var random = RandomSource(seed: 3).makeStream()
    var changed = 0
    for _ in 0..<10_000 {
      var parts = good
      switch random.integer(below: 4) {
      case 0:
        let part = 1 + random.integer(below: parts.count - 1)
        guard !parts[part].isEmpty else { continue }
        let byte = random.integer(below: parts[part].count)
        parts[part][byte] ^= UInt8(1 << random.integer(below: 8))
      case 1: parts.remove(at: 1 + random.integer(below: parts.count - 1))
      case 2: parts.swapAt(3, 6)
      default: parts[2 + random.integer(below: 5)] = []
      }
      if parts == good { continue }
      changed += 1
      #expect(format.message(in: parts) == nil)
    }
    #expect(changed > 9_000)
  }

  @Test func withoutAKey() throws {
    let open = WireFormat(key: "")
    let request = WireMessage(header: ["msg_id": "q", "msg_type": "x"], content: [:])
    #expect(open.message(in: open.parts(of: request)) != nil)
    #expect(open.message(in: format.parts(of: request)) == nil)
  }
}
