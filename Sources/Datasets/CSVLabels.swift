import Evaluation

/// Labels in a table of comma-separated values, a line an image in the images' order.
///
/// They are in the only column, or in the one that is called label or class, in a row of names above all others. Source: RFC 4180.
enum CSVLabels {
  private static let columnNames = ["label", "labels", "class", "target", "y"]
  /// Labels are words: a file of more bytes is none.
  private static let fileLimit = 256 << 20

  static func read(at path: String, imageCount: Int, imagesPath: String) throws(DatasetError) -> Labels {
    let file = try DataFile(path: path)
    let bytes = try file.read(upTo: min(file.largestContent, fileLimit))
    guard try file.read(upTo: 1).isEmpty else {
      throw .unsupported(file: path, expected: "a table of at most \(fileLimit) bytes", found: "more")
    }
    guard
      let text = String(validating: bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
    else { throw .unsupported(file: path, expected: "text in UTF-8", found: "bytes that are none") }
    let (words, firstRow) = try column(of: text, path: path, imageCount: imageCount)
    guard words.count == imageCount else {
      throw .countMismatch(file: imagesPath, images: imageCount, labelsFile: path, labels: words.count)
    }
    if let empty = words.firstIndex(of: "") {
      throw .unsupported(file: path, expected: "a label in each row", found: "none in row \(firstRow + empty)")
    }
    return try LabelNames.labels(words, file: path)
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The cells of the column that holds the labels, and the row of the first of them, counted from 1.
  private static func column(
    of text: String, path: String, imageCount: Int
  ) throws(DatasetError) -> (words: [String], firstRow: Int) {
    var reader = CSVReader(text)
    guard let first = try reader.next(path: path) else {
      throw .unsupported(file: path, expected: "a label for each image, a line each", found: "an empty file")
    }
    let names = first.map { $0.lowercased() }
    let named = columnNames.lazy.compactMap { names.firstIndex(of: $0) }.first
    guard let column = named ?? (first.count == 1 ? 0 : nil) else {
      throw .unsupported(
        file: path, expected: "one column, or one that is called \(columnNames.joined(separator: ", "))",
        found: "\(first.count) columns: \(first.prefix(8).joined(separator: ", "))")
    }
    var words = [first[column]]
    while let cells = try reader.next(path: path) {
      guard cells.count == first.count else {
        throw .unsupported(
          file: path, expected: "\(first.count) columns in each row", found: "\(cells.count) in row \(words.count + 1)")
      }
      words.append(cells[column])
    }
    // A single column may do without a name, and "y" may be a label. A word over numbers is a name; a word over words
    // is not taken for one, lest a label too many moves all others to the next image.
    let isName =
      first.count > 1
      || words.count != imageCount
        && (named != nil || Int(words[0]) == nil && words.dropFirst().allSatisfy { Int($0) != nil })
    return isName ? (Array(words.dropFirst()), 2) : (words, 1)
  }
}

/// Reads a table of comma-separated values row by row: cells may stand in quotes, and a quote in these is doubled.
private struct CSVReader {
  private let text: [UInt8]
  private var position = 0

  init(_ text: String) { self.text = Array(text.utf8) }

  /// The cells of the next row without spaces around them; nil at the end. Empty lines are no rows.
  mutating func next(path: String) throws(DatasetError) -> [String]? {
    while position < text.count, isLineEnd(text[position]) { position += 1 }
    guard position < text.count else { return nil }
    var cells: [String] = []
    while true {
      cells.append(try cell(path: path))
      guard position < text.count else { return cells }
      let end = text[position]
      position += 1
      if isLineEnd(end) { return cells }
    }
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

  /// The cell at `position`, which moves to what ends it.
  private mutating func cell(path: String) throws(DatasetError) -> String {
    func isEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || isLineEnd(byte) }
    let quote = UInt8(ascii: "\"")
    while position < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
    guard position < text.count, text[position] == quote else {
      let start = position
      while position < text.count, !isEnd(text[position]) { position += 1 }
      let end = text[start..<position].lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? start
      return String(decoding: text[start..<end], as: UTF8.self)
    }
    var content: [UInt8] = []
    position += 1
    while position < text.count {
      if text[position] == quote {
        guard position + 1 < text.count, text[position + 1] == quote else { break }
        position += 1
      }
      content.append(text[position])
      position += 1
    }
    position += 1
    while position < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
    guard position <= text.count, position == text.count || isEnd(text[position]) else {
      throw .unsupported(
        file: path, expected: "cells in quotes that end before a comma or the line's end",
        found: position > text.count ? "a quote that is never closed" : "text after a closing quote")
    }
    return String(decoding: content, as: UTF8.self)
  }
}
