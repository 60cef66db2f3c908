import Foundation
import TestSupport

/// Files that scripts beside the golden files wrote.
enum GoldenFiles {
  /// A batch or a file of names of CIFAR's Python version.
  static func pickle(_ name: String) -> [UInt8] {
    struct Goldens: Decodable { let files: [String: Data] }
    return Array(try! golden("cifar-pickles", in: .module, as: Goldens.self).files[name]!)
  }

  /// A JPEG file of 19×13 pixels, which the tests of images hold against Pillow.
  static func jpeg(_ name: String) -> [UInt8] {
    struct Kind: Decodable {
      let name: String
      let file: Data
    }
    struct Goldens: Decodable { let kinds: [Kind] }
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try! Data(contentsOf: tests.appendingPathComponent("ImagesTests/Goldens/jpegs.json"))
    return Array(try! JSONDecoder().decode(Goldens.self, from: data).kinds.first { $0.name == name }!.file)
  }
}
