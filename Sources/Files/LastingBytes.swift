/// Bytes that stay as they are while the value lives, so that whoever reads them beside other work needs no copy.
public protocol LastingBytes: Sendable {
  /// Gives `body` the bytes where they are.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
}
