/// NumPy's .npy format, version 1.0.
///
/// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
public enum NpyFormat {
  /// The bytes of a .npy file that holds `array`; its name is not part of it.
  public static func bytes(of array: NamedArray) -> [UInt8] {
    let lengths = array.shape.map { "\($0)" }.joined(separator: ", ")
    let shape = array.shape.count == 1 ? "(\(lengths),)" : "(\(lengths))"
    let header = "{'descr': '\(array.elements.typeDescription)', 'fortran_order': False, 'shape': \(shape), }"
    // Magic, version, the header's length in two bytes; padded so that the elements begin on a multiple of 64.
    let start: [UInt8] = [0x93] + "NUMPY".utf8 + [1, 0]
    let length = (start.count + 2 + header.utf8.count + 1 + 63) / 64 * 64 - start.count - 2
    precondition(length <= 0xFFFF, "a shape of \(array.shape.count) axes does not fit a header of version 1.0")
    let padding = String(repeating: " ", count: length - header.utf8.count - 1) + "\n"
    return start + [UInt8(length & 0xFF), UInt8(length >> 8)] + header.utf8 + padding.utf8
      + array.elements.littleEndianBytes
  }
}
