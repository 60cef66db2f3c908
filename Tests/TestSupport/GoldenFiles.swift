import Foundation

/// Files of other programs that tests of several modules read.
public enum GoldenFiles {
  /// A batch or a file of names of CIFAR's Python version.
  public static func pickle(_ name: String) -> [UInt8] {
    struct Goldens: Decodable { let files: [String: Data] }
    return Array(read("DatasetsTests/Goldens/cifar-pickles.json", as: Goldens.self).files[name]!)
  }

  /// A JPEG file of 19×13 pixels, which the tests of images hold against Pillow.
  public static func jpeg(_ name: String) -> [UInt8] {
    struct Kind: Decodable {
      let name: String
      let file: Data
    }
    struct Goldens: Decodable { let kinds: [Kind] }
    return Array(read("ImagesTests/Goldens/jpegs.json", as: Goldens.self).kinds.first { $0.name == name }!.file)
  }

  /// A file by its path under `Tests`; empty if there is none.
  public static func bytes(_ path: String) -> [UInt8] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return (try? Data(contentsOf: tests.appendingPathComponent(path))).map { Array($0) } ?? []
  }

  private static func read<Value: Decodable>(_ path: String, as type: Value.Type) -> Value {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try! JSONDecoder().decode(type, from: Data(contentsOf: tests.appendingPathComponent(path)))
  }
}
