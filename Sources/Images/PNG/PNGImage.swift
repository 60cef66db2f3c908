import CPNG
import Glibc
import Interruptions

/// An 8-bit gray, RGB or RGBA image, as PNG files hold it.
///
/// Pixels are bytes in the order [row, column, channel]; one channel is gray, three are red, green,
/// blue, a fourth is opacity, with which they are not multiplied.
public struct PNGImage: Sendable, Equatable {
  public let width: Int
  public let height: Int
  public let channelCount: Int
  public let pixels: [UInt8]
  /// Pixels a metre, the same both ways; nil if the size in print is left open.
  public let pixelsPerMetre: Int?

  public init(width: Int, height: Int, channelCount: Int, pixels: [UInt8], pixelsPerMetre: Int? = nil) {
    precondition([1, 3, 4].contains(channelCount), "a PNG image has 1, 3 or 4 channels, not \(channelCount)")
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * channelCount,
      "\(pixels.count) bytes are not an image of \(width)×\(height)×\(channelCount)")
    self.width = width
    self.height = height
    self.channelCount = channelCount
    self.pixels = pixels
    self.pixelsPerMetre = pixelsPerMetre
  }
}

// MARK: - Decoding

extension PNGImage {
  /// Decodes a PNG file of any kind to 8 bits a channel.
  ///
  /// Palettes are looked up, 16-bit samples rounded, transparent pixels laid over `background`; sample values are
  /// taken as they stand, whatever gamma or colour profile the file names. Memory stays within `limits` and within
  /// what `bytes.count` compressed bytes can expand to.
  ///
  /// - Throws: `PNGError` if the bytes are no PNG file, a damaged one, or one beyond the limits.
  public init(
    decoding bytes: [UInt8], over background: PNGBackground = .white, limits: ImageLimits = .standard
  ) throws(PNGError) {
    guard bytes.starts(with: PNGChunks.signature) else { throw .notPNG(found: Array(bytes.prefix(8))) }
    try Self.checkLengths(bytes)
    let result = bytes.withUnsafeBufferPointer { Self.decode($0, over: background, limits: limits) }
    self = try result.get()
  }

  /// libpng takes as much memory as a text chunk claims to need: no chunk may claim more than the file holds.
  private static func checkLengths(_ bytes: [UInt8]) throws(PNGError) {
    for chunk in PNGChunks(bytes) {
      guard chunk.contents != nil else {
        let kind = String(decoding: chunk.kind, as: UTF8.self)
        throw .corrupt(detail: "its \(kind) chunk claims \(chunk.length) bytes, beyond the file's end")
      }
      if chunk.isOfKind("IEND") { return }
    }
    throw .corrupt(detail: "it ends before its end chunk")
  }

  private static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, over background: PNGBackground, limits: ImageLimits
  ) -> Result<PNGImage, PNGError> {
    // libpng keeps a pointer to the reader, so it must stay where it is.
    let reader = UnsafeMutablePointer<cpng_reader>.allocate(capacity: 1)
    defer { reader.deallocate() }
    let begun = cpng_reader_begin(reader, bytes.baseAddress, bytes.count)
    defer { cpng_reader_end(reader) }
    func damaged() -> Result<PNGImage, PNGError> { .failure(.corrupt(detail: text(reader.pointee.message))) }
    guard begun == 1 else { return damaged() }

    let width = Int(reader.pointee.width)
    let height = Int(reader.pointee.height)
    guard max(width, height) <= limits.maximumDimension, width * height <= limits.maximumByteCount else {
      return .failure(.tooLarge(width: width, height: height, limits: limits))
    }
    // Deflate expands at most 1032 times.
    guard reader.pointee.stored_row_bytes * height / 1032 <= bytes.count else {
      return .failure(.implausible(width: width, height: height, byteCount: bytes.count))
    }
    guard cpng_reader_expand(reader) == 1 else { return damaged() }
    let rowSize = reader.pointee.row_bytes
    guard rowSize * height <= limits.maximumByteCount else {
      return .failure(.tooLarge(width: width, height: height, limits: limits))
    }
    var decoded = false
    let samples = [UInt8](unsafeUninitializedCapacity: rowSize * height) { buffer, count in
      // A damaged interlaced file may leave pixels unwritten before its error.
      buffer.initialize(repeating: 0)
      decoded = cpng_reader_rows(reader, buffer.baseAddress) == 1
      count = rowSize * height
    }
    guard decoded else { return damaged() }
    let channels = Int(reader.pointee.channels)
    let hasAlpha = channels == 2 || channels == 4
    return .success(
      PNGImage(
        width: width, height: height, channelCount: hasAlpha ? channels - 1 : channels,
        pixels: hasAlpha ? laid(samples, channels: channels, over: background) : samples,
        pixelsPerMetre: physicalResolution(reader)))
  }

  private static func physicalResolution(_ reader: UnsafeMutablePointer<cpng_reader>) -> Int? {
    let perMetre = png_get_pixels_per_meter(reader.pointee.png, reader.pointee.info)
    return perMetre == 0 ? nil : Int(perMetre)
  }

  /// Lays pixels whose last channel is opacity over a background and drops that channel.
  private static func laid(_ samples: [UInt8], channels: Int, over background: PNGBackground) -> [UInt8] {
    var opaque: [UInt8] = []
    opaque.reserveCapacity(samples.count / channels * (channels - 1))
    for start in stride(from: 0, to: samples.count, by: channels) {
      let alpha = Int(samples[start + channels - 1])
      for channel in 0..<channels - 1 {
        opaque.append(
          UInt8((Int(samples[start + channel]) * alpha + Int(background.rawValue) * (255 - alpha) + 127) / 255))
      }
    }
    return opaque
  }
}

// MARK: - Encoding

extension PNGImage {
  /// The image as a PNG file: the same bytes for the same image.
  ///
  /// - Parameter texts: what the file says of itself before its pixels, each under a keyword of at most 79 signs.
  /// - Throws: `PNGError.couldNotEncode` if memory runs out.
  public func encoded(texts: [(keyword: String, text: String)]) throws(PNGError) -> [UInt8] {
    var output = cpng_output()
    defer { free(output.bytes) }
    let strings = texts.flatMap { [strdup($0.keyword), strdup($0.text)] }
    defer { for string in strings { free(string) } }
    let written = pixels.withUnsafeBufferPointer { buffer in
      strings.map { UnsafePointer($0) }.withUnsafeBufferPointer { strings in
        cpng_write(
          &output, buffer.baseAddress, UInt32(width), UInt32(height), Int32(channelCount),
          UInt32(clamping: pixelsPerMetre ?? 0), strings.baseAddress, Int32(texts.count),
          { Interruption.isWanted ? 0 : 1 })
      }
    }
    if Interruption.isWanted { throw .interrupted }
    guard written == 1 else { throw .couldNotEncode(detail: Self.text(output.message)) }
    return Array(UnsafeBufferPointer(start: output.bytes, count: output.count))
  }

  /// The same with the name of the software that made it alone.
  public func encoded(software: String) throws(PNGError) -> [UInt8] { try encoded(texts: [("Software", software)]) }

  /// The image without its transparency, as it looks on `background`.
  public func opaque(over background: PNGBackground) -> PNGImage {
    guard channelCount == 4 else { return self }
    return PNGImage(
      width: width, height: height, channelCount: 3, pixels: Self.laid(pixels, channels: 4, over: background),
      pixelsPerMetre: pixelsPerMetre)
  }

  /// The text in a fixed-size C array of characters.
  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
