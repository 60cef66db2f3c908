import Files

/// The directory of a ZIP archive: its entries, which may be stored or deflated.
///
/// All that the directory says of places and sizes is checked against the file's true size and against each other
/// before anything is read by it. Source: PKWARE, "APPNOTE.TXT", 4.3.
struct ZipArchive {
  let file: FileReader
  let entries: [ZipEntry]
  /// Where the entries' data ends and the directory begins.
  private let directoryStart: Int

  private static let endSize = 22
  private static let directoryHeaderSize = 46
  private static let entryHeaderSize = 30

  /// - Throws: `ArrayFileError`, and nothing is kept of an archive that contradicts itself anywhere.
  init(path: String) throws(ArrayFileError) {
    do { file = try FileReader(path: path, inflating: false) } catch { throw .file(error) }
    let first = try Self.bytes(of: file, at: 0, count: 8)
    guard first.starts(with: "PK".utf8) else { throw .notAnArchive(file: path, found: first) }
    let (directory, end) = try Self.directory(of: file)
    directoryStart = end.offset
    entries = try Self.entries(in: directory, count: end.count, of: file)
    try checkPlaces()
  }

  private static func bytes(of file: FileReader, at offset: Int, count: Int) throws(ArrayFileError) -> [UInt8] {
    do { return try file.bytes(at: offset, count: count) } catch { throw .file(error) }
  }

  // MARK: - The directory

  private static func directory(
    of file: FileReader
  ) throws(ArrayFileError) -> (bytes: [UInt8], end: (count: Int, offset: Int)) {
    // The end record stands before a comment of at most 65,535 bytes, whose length it gives.
    let tail = try bytes(of: file, at: max(0, file.size - endSize - 0xFFFF), count: endSize + 0xFFFF)
    let place = stride(from: tail.count - endSize, through: 0, by: -1).first { place in
      tail.word32(at: place) == 0x0605_4B50 && place + endSize + tail.word16(at: place + 20) == tail.count
    }
    guard let place else {
      throw .damagedArchive(
        file: file.path, expected: "the directory that ends a ZIP archive", found: "none; the file may be cut short")
    }
    let (disk, startDisk) = (tail.word16(at: place + 4), tail.word16(at: place + 6))
    let (countHere, count) = (tail.word16(at: place + 8), tail.word16(at: place + 10))
    let (size, offset) = (tail.word32(at: place + 12), tail.word32(at: place + 16))
    guard size != 0xFFFF_FFFF, offset != 0xFFFF_FFFF, count != 0xFFFF else { throw zip64(file.path) }
    guard disk == 0, startDisk == 0, countHere == count else {
      throw .unsupportedArchive(file: file.path, expected: "an archive in one file", found: "a part of several")
    }
    let end = file.size - tail.count + place
    guard offset + size == end else {
      throw .damagedArchive(
        file: file.path, expected: "a directory of \(size) bytes at \(offset), up to the end record",
        found: "the end record at \(end)")
    }
    return (try bytes(of: file, at: offset, count: size), (count, offset))
  }

  private static func zip64(_ path: String) -> ArrayFileError {
    .unsupportedArchive(
      file: path, expected: "an archive of less than 4 GiB and 65,535 entries", found: "the ZIP64 form for larger ones")
  }

  private static func entries(
    in directory: [UInt8], count: Int, of file: FileReader
  ) throws(ArrayFileError) -> [ZipEntry] {
    func damaged(_ found: String) -> ArrayFileError {
      .damagedArchive(file: file.path, expected: "a directory of \(count) entries", found: found)
    }
    var entries: [ZipEntry] = []
    var names: Set<String> = []
    var place = 0
    for number in 0..<count {
      guard place + directoryHeaderSize <= directory.count, directory.word32(at: place) == 0x0201_4B50 else {
        throw damaged("no entry \(number + 1)")
      }
      let nameEnd = place + directoryHeaderSize + directory.word16(at: place + 28)
      let end = nameEnd + directory.word16(at: place + 30) + directory.word16(at: place + 32)
      guard end <= directory.count else { throw damaged("entry \(number + 1) beyond the directory's end") }
      let nameBytes = Array(directory[place + directoryHeaderSize..<nameEnd])
      let entry = ZipEntry(
        name: String(decoding: nameBytes, as: UTF8.self), flags: directory.word16(at: place + 8),
        method: directory.word16(at: place + 10),
        checksum: UInt32(directory.word32(at: place + 16)), compressedSize: directory.word32(at: place + 20),
        size: directory.word32(at: place + 24), offset: directory.word32(at: place + 42), nameBytes: nameBytes)
      guard ![entry.compressedSize, entry.size, entry.offset].contains(0xFFFF_FFFF) else { throw zip64(file.path) }
      guard names.insert(entry.name).inserted else { throw damaged("\(entry.name) twice") }
      entries.append(entry)
      place = end
    }
    guard place == directory.count else { throw damaged("\(directory.count - place) bytes more") }
    return entries
  }

  /// Every entry must lie before the directory and end before the next begins: data that several entries share is how a
  /// small archive claims to hold a large one many times.
  private func checkPlaces() throws(ArrayFileError) {
    let ordered = entries.sorted { $0.offset < $1.offset }
    for (index, entry) in ordered.enumerated() {
      let limit = index + 1 < ordered.count ? ordered[index + 1].offset : directoryStart
      let end = entry.offset + Self.entryHeaderSize + entry.nameBytes.count + entry.compressedSize
      guard end <= limit else {
        throw .damagedArchive(
          file: "\(file.path), \(entry.name)", expected: "data that ends before byte \(limit)", found: "\(end)")
      }
    }
  }

  // MARK: - An entry's data

  /// Refuses an entry that is packed in a way that is not read, or that claims more than its data can hold.
  private func check(_ entry: ZipEntry) throws(ArrayFileError) {
    let file = "\(file.path), \(entry.name)"
    guard entry.flags & 0b10_0000_0000_0001 == 0 else {
      throw .unsupportedArchive(file: file, expected: "data that is not encrypted", found: "encrypted data")
    }
    guard [0, 8].contains(entry.method) else {
      let names = [1: "shrunk", 6: "imploded", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ"]
      throw .unsupportedArchive(
        file: file, expected: "data that is stored or deflated (method 0 or 8)",
        found: "method \(entry.method)" + (names[entry.method].map { " (\($0))" } ?? ""))
    }
    guard entry.method == 8 || entry.size == entry.compressedSize else {
      throw .damagedArchive(
        file: file, expected: "\(entry.size) stored bytes", found: "\(entry.compressedSize) in the archive's directory")
    }
    guard entry.size <= (entry.method == 0 ? Int.max : FileReader.largestInflation(of: entry.compressedSize)) else {
      throw .implausible(file: file, expected: entry.size, size: entry.compressedSize)
    }
  }

  /// Where the entry's data lies, by its own header, which must agree with the directory.
  private func dataStart(of entry: ZipEntry) throws(ArrayFileError) -> Int {
    let header = try Self.bytes(
      of: file, at: entry.offset, count: Self.entryHeaderSize + entry.nameBytes.count)
    guard header.count == Self.entryHeaderSize + entry.nameBytes.count, header.word32(at: 0) == 0x0403_4B50,
      header.word16(at: 8) == entry.method, header.word16(at: 26) == entry.nameBytes.count,
      header.suffix(entry.nameBytes.count).elementsEqual(entry.nameBytes)
    else {
      throw .damagedArchive(
        file: "\(file.path), \(entry.name)", expected: "the entry's header at byte \(entry.offset)",
        found: FileSignature.description(of: Array(header.prefix(4))))
    }
    let start = entry.offset + header.count + header.word16(at: 28)
    guard start + entry.compressedSize <= directoryStart else {
      throw .damagedArchive(
        file: "\(file.path), \(entry.name)", expected: "data that ends before byte \(directoryStart)",
        found: "\(start + entry.compressedSize)")
    }
    return start
  }

  /// The entry's bytes, to be read from the first on; errors call them `name`.
  func open(_ entry: ZipEntry, as name: String) throws(ArrayFileError) -> ZipEntryReader {
    try check(entry)
    return ZipEntryReader(entry, dataStart: try dataStart(of: entry), of: file, name: name)
  }
}

extension [UInt8] {
  fileprivate func word16(at place: Int) -> Int { Int(self[place]) | Int(self[place + 1]) << 8 }
  fileprivate func word32(at place: Int) -> Int { word16(at: place) | word16(at: place + 2) << 16 }
}
