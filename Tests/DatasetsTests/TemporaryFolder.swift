import CZlib
import Glibc
import Testing

/// A folder of test files that goes away with its last reference.
final class TemporaryFolder {
  let path: String

  init() {
    let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(place)/ddpm-repl-tests-XXXXXX".utf8CString)
    path = String(cString: mkdtemp(&template)!)
  }

  deinit { Self.remove(path) }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let file = self.file(name)
    let handle = fopen(file, "wb")!
    #expect(fwrite(bytes, 1, bytes.count, handle) == bytes.count)
    fclose(handle)
    return file
  }

  /// Writes `bytes` compressed, after whatever the file already holds if `appending`.
  @discardableResult
  func writeGzip(_ name: String, _ bytes: [UInt8], appending: Bool = false) -> String {
    let file = self.file(name)
    let handle = gzopen(file, appending ? "ab3" : "wb3")
    #expect(bytes.isEmpty || Int(gzwrite(handle, bytes, UInt32(bytes.count))) == bytes.count)
    gzclose(handle)
    return file
  }

  func read(_ name: String) -> [UInt8] {
    let handle = fopen(file(name), "rb")!
    defer { fclose(handle) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(handle), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
  }

  func file(_ name: String) -> String {
    let parts = name.split(separator: "/").dropLast()
    var folder = path
    for part in parts {
      folder += "/" + part
      mkdir(folder, 0o700)
    }
    return path + "/" + name
  }

  private static func remove(_ path: String) {
    if let directory = opendir(path) {
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { remove(path + "/" + name) }
      }
      closedir(directory)
    }
    Glibc.remove(path)
  }
}
