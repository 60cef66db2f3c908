import CommandLanguage
import Foundation
import Glibc
import TensorEngine
import TestSupport
import Testing

/// Every reader of files over damaged ones: it takes them or refuses them with an error, without a crash, in little time
/// and memory.
///
/// A damaged file depends on its loader and its number alone. `make fuzz` asks for a million of them, under the address
/// sanitizer. Should a reader crash, its file is found in the folder that is named first; a file that took too long or
/// whose error is none is kept in the corpus by hand, as are those that crashed.
@Suite("Damaged files", .serialized) struct DamagedFilesTests {
  private static let count = environment("DDPM_FUZZ_FILES").flatMap { Int($0) }
  /// What they may take in memory; more under a sanitizer, which takes much itself.
  private static let megabytes = environment("DDPM_FUZZ_MEGABYTES").flatMap { Int($0) } ?? 200
  private static let seed = environment("DDPM_FUZZ_SEED").flatMap { UInt64($0) } ?? 1
  private static let acceptedFolder = environment("DDPM_ACCEPTED_FILES")
  /// All loaders, or the one that is asked for.
  private static let chosen =
    environment("DDPM_FUZZ_LOADER").map { name in Loader.all.filter { $0.name == name } } ?? Loader.all

  /// Files that a reader is asked for before another takes its place: a session remembers what was entered.
  private static let readerLife = 500

  @Test(arguments: chosen) func areTakenOrRefused(loader: Loader) throws {
    let folder = loader.folder()
    let path = "\(folder.path)/\(loader.file)"
    let wholes = try loader.wholes()
    let packed = wholes.map { loader.packed($0) }
    for (number, whole) in packed.enumerated() where loader.takesWhole {
      folder.write(loader.file, whole)
      let read = try loader.reader(folder)
      #expect(throws: Never.self, "whole file \(number) of \(loader.name)") { try read(path) }
    }

    let shares = Self.chosen.reduce(0) { $0 + $1.share }
    let count = max(1, (Self.count ?? 10_000) * loader.share / shares)
    if Self.count != nil { print("\(loader.name): \(count) damaged files, each of them \(path)") }
    let mutator = Mutator(fragments: loader.fragments)
    let source = RandomSource(seed: Self.seed).derived(loader.name)
    var (accepted, slowest) = (0, 0.0)
    var read = try loader.reader(folder)
    for number in 0..<count {
      if number % Self.readerLife == Self.readerLife - 1 { read = try loader.reader(folder) }
      var stream = source.derived(number).makeStream()
      // Every second is damaged after it was packed.
      let bytes =
        number % 2 == 0 ? mutator.mutant(of: packed, &stream) : loader.packed(mutator.mutant(of: wholes, &stream))
      folder.write(loader.file, bytes)
      let start = processorSeconds
      do {
        try read(path)
        accepted += 1
        if loader.name == "npy", let kept = Self.acceptedFolder, let file = fopen("\(kept)/\(number).npy", "w") {
          fwrite(bytes, 1, bytes.count, file)
          fclose(file)
        }
      } catch {
        if let wrong = Self.wrong(with: error, loader) { failed(loader, number, bytes, wrong) }
      }
      let seconds = processorSeconds - start
      if seconds > 1 { failed(loader, number, bytes, "took \(seconds) s") }
      slowest = max(slowest, seconds)
    }
    // Beside other tests in this process the memory says nothing.
    guard Self.count != nil else { return }
    print("\(loader.name): \(accepted) taken, the slowest took \(slowest) s, \(peakMegabytes) MB at the peak")
    #expect(peakMegabytes < Self.megabytes, "\(loader.name)")
  }

  /// What a user would find wrong with an error as it is shown; nil if it names the file and is no book.
  private static func wrong(with error: any Error, _ loader: Loader) -> String? {
    let words = "\(Problem.commandFailed(error))"
    guard words.contains(loader.file.split(separator: "/").last!) || words.contains("expected") else {
      return "names no file: \(words)"
    }
    // A session shows the line, too.
    return words.utf8.count < 8_000 ? nil : "\(words.utf8.count) bytes of words"
  }

  /// Tells of a file that a reader failed at, and keeps it where that is asked for.
  private func failed(_ loader: Loader, _ number: Int, _ bytes: [UInt8], _ wrong: String) {
    Issue.record("\(loader.name) \(number): \(wrong)")
    guard let kept = environment("DDPM_FUZZ_KEEP"), let file = fopen("\(kept)/\(loader.name) \(number)", "w") else {
      return
    }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  /// Every file that a reader ever failed at: in the folder of its loader.
  @Test(arguments: Loader.all) func whatOnceFailedDoesNotAgain(loader: Loader) throws {
    let corpus = Bundle.module.resourceURL!.appendingPathComponent("Corpus/\(loader.name)").path
    let folder = loader.folder()
    for name in (try? FileManager.default.contentsOfDirectory(atPath: corpus))?.sorted() ?? [] {
      folder.write(loader.file, [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(corpus)/\(name)"))))
      let start = processorSeconds
      do { try loader.reader(folder)("\(folder.path)/\(loader.file)") } catch {
        #expect(Self.wrong(with: error, loader) == nil, "\(loader.name)/\(name)")
      }
      #expect(processorSeconds - start < 1, "\(loader.name)/\(name)")
    }
  }

  /// No file of the corpus is left out because its folder is called as no loader is.
  @Test func theCorpusIsOfLoaders() throws {
    let corpus = Bundle.module.resourceURL!.appendingPathComponent("Corpus").path
    let names = Set(Loader.all.map(\.name) + ["README.md"])
    for folder in try FileManager.default.contentsOfDirectory(atPath: corpus) { #expect(names.contains(folder)) }
  }
}
