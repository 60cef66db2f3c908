import CTurboJPEG

extension ImageSet {
  /// The first bytes of a JPEG file.
  public static let jpegSignature: [UInt8] = [0xFF, 0xD8, 0xFF]

  /// The picture in a JPEG file as a set of one image: grey, or red, green and blue, and upright.
  ///
  /// Decoded by libjpeg-turbo with its accurate transform, whose result does not depend on the processor; turned as the
  /// file's EXIF orientation says. Colour profiles are left aside. Memory stays within `limits` and within what
  /// `bytes.count` compressed bytes can expand to.
  ///
  /// - Throws: `JPEGError` if the bytes are no JPEG file, one with any damage, or one beyond the limits.
  public init(decodingJPEG bytes: [UInt8], limits: ImageLimits = .standard) throws(JPEGError) {
    guard bytes.starts(with: Self.jpegSignature) else { throw .notJPEG }
    guard let decoder = tjInitDecompress() else { throw .corrupt(detail: "the decoder could not be started") }
    defer { tjDestroy(decoder) }
    func damage() -> JPEGError { .corrupt(detail: tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unreadable") }

    var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    let hasHeader = bytes.withUnsafeBufferPointer {
      tjDecompressHeader3(decoder, $0.baseAddress, UInt($0.count), &width, &height, &subsampling, &colours) == 0
    }
    guard hasHeader, width > 0, height > 0 else { throw damage() }
    guard ![Int32(TJCS_CMYK.rawValue), Int32(TJCS_YCCK.rawValue)].contains(colours) else { throw .inPrintColours }
    let isGrey = colours == Int32(TJCS_GRAY.rawValue)
    let channels = isGrey ? 1 : 3
    let (columns, rows) = (Int(width), Int(height))
    guard max(columns, rows) <= limits.maximumDimension, columns * rows * channels <= limits.maximumByteCount else {
      throw .tooLarge(width: columns, height: rows, limits: limits)
    }
    guard columns * rows <= max(Self.harmlessPixelCount, bytes.count * Self.largestExpansion) else {
      throw .implausible(width: columns, height: rows, byteCount: bytes.count)
    }
    var isDecoded = false
    let pixels = [UInt8](unsafeUninitializedCapacity: columns * rows * channels) { buffer, count in
      // A damaged file may leave pixels unwritten before its error.
      buffer.initialize(repeating: 0)
      isDecoded = bytes.withUnsafeBufferPointer {
        tjDecompress2(
          decoder, $0.baseAddress, UInt($0.count), buffer.baseAddress, width, 0, height,
          Int32(isGrey ? TJPF_GRAY.rawValue : TJPF_RGB.rawValue),
          TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) == 0
      }
      count = buffer.count
    }
    guard isDecoded else { throw damage() }
    let image = ImageSet(count: 1, height: rows, width: columns, channelCount: channels, pixels: pixels)
    self = EXIFOrientation(inJPEG: bytes).turns.reduce(image) { $0.turned($1) }
  }

  /// Pixels of a file that takes at least one bit for 8×8 of them: as many for each of its bytes, and so many in any case.
  private static let largestExpansion = 512
  private static let harmlessPixelCount = 1 << 20
}
