import Foundation
import Testing

/// The rows of numbers of a golden file.
func golden(_ name: String) throws -> [[Double]] {
  let file = try #require(Bundle.module.url(forResource: "Goldens/\(name)", withExtension: nil))
  return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
    line.split(separator: " ").compactMap { Double($0) }
  }
}
