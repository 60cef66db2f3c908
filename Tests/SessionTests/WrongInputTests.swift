import CommandLanguage
import Datasets
import Evaluation
import Glibc
import Images
import Session
import TestSupport
import Testing

/// What users get wrong: one clear error each, and the session as it was.
@Suite struct WrongInputTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let stage: Stage
    let line: String
    /// Parts of the message.
    let says: [String]

    init(_ stage: Stage, _ line: String, _ says: String...) {
      (self.stage, self.line, self.says) = (stage, line, says)
    }

    var testDescription: String { "\(stage.rawValue): \(line)" }
  }

  /// Found when a command runs.
  static let whileRunning = [
    Mistake(.empty, "train", "train needs a data set", "load strokes"),
    Mistake(.empty, "model fast", "model needs a data set"),
    Mistake(.empty, "pretrain", "pretrain needs a data set"),
    Mistake(.empty, "info", "info needs a data set"),
    Mistake(.empty, "images", "images needs a data set"),
    Mistake(.empty, "plot tsne", "plot tsne needs a data set"),
    Mistake(.empty, "sample", "sample needs a model", "model fast"),
    Mistake(.empty, "describe", "describe needs a model"),
    Mistake(.empty, "undo", "there is nothing to undo"),
    Mistake(.empty, "load mist", "1:6", "no data set is called 'mist'", "did you mean 'mnist'?"),
    Mistake(.empty, "load ./nowhere", "1:6", "./nowhere", "No such file"),
    Mistake(.empty, "load strokes size=1024", "1:19", "size expected at most 463 pixels for 10000 images"),
    Mistake(.empty, "load strokes count=10000000", "1:20", "count expected at most"),
    Mistake(.empty, "show x", "1:6", "^\n", "there is no variable 'x'"),
    Mistake(.empty, "help trian", "1:6", "no command or topic mentions 'trian'", "did you mean 'train'?"),
    Mistake(.empty, "run nowhere.ddpm", "1:5", "cannot read nowhere.ddpm", "No such file"),
    Mistake(.loaded, "train", "train needs a model", "model fast for instance"),
    Mistake(.loaded, "pretrain", "pretrain needs a model"),
    Mistake(.loaded, "evaluate", "evaluate needs a model"),
    Mistake(.loaded, "plot tsne", "plot tsne needs a model"),
    Mistake(.loaded, "plot loss", "nothing has been trained yet"),
    Mistake(.loaded, "model fast channels=12", "1:21", "multiple of 8", "12"),
    Mistake(.loaded, "model fast components=3", "1:23", "at least clusters, 10, not 3"),
    Mistake(
      .loaded, "model fast schedule=zero target=noise", "1:21", "the schedule ends in nothing but noise",
      "target=velocity"),
    Mistake(.loaded, "model fast beta-end=0.1", "1:21", "beta-end= has no effect here", "schedule=linear"),
    Mistake(.loaded, "model fast motion=off shear=0.1", "shear= has no effect here", "motion=on"),
    Mistake(.loaded, "seed 4; undo 3", "only 1 change can be undone, not 3"),
    Mistake(
      .empty, "load strokes count=20 size=32; model reference",
      "the reference preset needs 28×28 images with one channel; these images are 32×32: use model fast or model tuned or model cifar10\n"
    ),
    Mistake(
      .empty, "load strokes count=20 size=30; model fast",
      "needs sides that are multiples of 4, at least 8; these images are 30×30: load the images with size= a "
        + "multiple of 4\n"),
    Mistake(
      .modelled, "merge", "merge needs a mixture, and there is none yet: run train, or estep after pretrain\n"),
    Mistake(
      .modelled, "merge 0,1", "merge needs a mixture, and there is none yet: run train, or estep after pretrain\n"),
    Mistake(.modelled, "split 0", "split needs a mixture"),
    Mistake(.trained, "merge 2,10", "1:9", "^~\n", "there is no cluster 10", "0 to 9"),
    Mistake(.trained, "split 10", "1:7", "^~\n", "there is no cluster 10", "0 to 9"),
    Mistake(.modelled, "mstep", "needs a mixture"),
    Mistake(.loaded, "model umap min-distance=2", "min-distance must be at most spread=, 1, not 2"),
    Mistake(.modelled, "sample", "needs a mixture"),
    Mistake(.modelled, "evaluate", "evaluate needs a mixture"),
    Mistake(.modelled, "plot tsne color=cluster", "1:1", "color=cluster needs a mixture"),
    Mistake(.modelled, "plot loss", "nothing has been trained yet"),
    Mistake(
      .trained, "load strokes count=100 split=train; evaluate split=test", "no test images are loaded",
      "there are 84", "with split=all and a count= that reaches them\n"),
    Mistake(.trained, "sample clusters=3,10", "1:19", "^~\n", "there is no cluster 10", "0 to 9"),
    Mistake(
      .trained, "merge; merge", "nothing to merge", "clusters, 10; build the model with components= above clusters=\n"),
    Mistake(.trained, "images out=/proc/x/images.png", "1:12", "cannot write /proc/x/images.png"),
  ]

  @Test(arguments: whileRunning)
  func isSaidOnceAndChangesNothing(mistake: Mistake) throws {
    let earlier = mistake.line.split(separator: ";").dropLast().joined(separator: ";")
    let line = mistake.line.split(separator: ";").last!.drop { $0 == " " }
    let session = try TestSession(from: mistake.stage.state)
    #expect(session.run(earlier) == .succeeded)
    let before = session.state.fingerprint
    #expect(session.run(String(line)) == .failed)
    #expect(session.state.fingerprint == before)
    expectOneError(session.errors, mistake.says)
    let last = try #require(try session.records().last)
    #expect(last["status"] == .string("error"))
    #expect(last["results"] == .object([:]))
    #expect(last["artifacts"] == .array([]))
    #expect(last["error"].string.map { session.errors.contains($0) } == true)

    // With --keep-going what comes later runs, and the status remembers.
    let going = try TestSession(from: mistake.stage.state, keepsGoing: true)
    #expect(going.run(mistake.line + "\nseed 77") == .failed)
    #expect(going.state.seed == 77)
    expectOneError(going.errors, mistake.says)
  }

  /// Found before anything runs.
  static let whileChecking = [
    Mistake(.empty, "trian", "1:1", "there is no command 'trian'", "did you mean 'train'?", "^~~~~"),
    Mistake(.empty, "bye", "did you mean 'quit'?"),
    Mistake(.empty, "plot tnse", "1:6", "did you mean 'tsne'?"),
    Mistake(.empty, "plot", "plot needs one of: tsne, misclustered, pca, loss"),
    Mistake(.empty, "load", "load needs NAME"),
    Mistake(.empty, "pretrain 3", "1:10", "only options, written name=value: epochs, stop"),
    Mistake(.empty, "plot tsne 5", "1:11", "only options, written name=value\n"),
    Mistake(.empty, "load a b", "load takes one value"),
    Mistake(.empty, "load strokes coutn=3", "1:14", "load has no option 'coutn'", "did you mean 'count'?", "^~~~~"),
    Mistake(.empty, "load strokes split=tset", "1:20", "one of all, train, test", "did you mean 'test'?"),
    Mistake(.empty, "load strokes count=0", "whole number from 1", "not '0'"),
    Mistake(.empty, "load strokes count=1.5", "whole number"),
    Mistake(.empty, "load strokes count=1,2", "not a list of 2"),
    Mistake(.empty, "load strokes count=1 count=2", "given twice"),
    Mistake(.empty, "train rounds=0", "rounds needs a whole number from 1"),
    Mistake(.empty, "train rounds = 2", "without spaces: rounds=value"),
    Mistake(.empty, "train lambda=-1", "lambda needs a number from 0"),
    Mistake(.empty, "train stop=2:1", "1:12", "stop= takes the epoch or round and the step, such as 3:212"),
    Mistake(.empty, "train stop=1", "stop= takes the epoch or round and the step, such as 3:212"),
    Mistake(.empty, "mstep stop=2:1", "stop= takes"),
    Mistake(.empty, "pretrain epochs=x", "epochs needs a whole number"),
    Mistake(.empty, "merge by=wards", "did you mean 'ward'?"),
    Mistake(.empty, "merge 3", "1:7", "clusters needs at least 2 values, each a whole number from 0", "not 1"),
    Mistake(.empty, "merge 3,x", "1:9", "clusters needs at least 2 values, each a whole number from 0", "not 'x'"),
    Mistake(.empty, "merge 3,7,3", "1:11", "cluster 3 is named twice: name each once"),
    Mistake(.empty, "merge 3,7 by=ward", "1:14", "by= has no effect here", "names no clusters"),
    Mistake(.empty, "split", "split needs CLUSTER"),
    Mistake(.empty, "split 3,4", "1:7", "not a list of 2"),
    Mistake(.empty, "plot tsne color=labels", "did you mean 'label'?"),
    Mistake(
      .empty, "model slow",
      "only: fast, tuned, reference, fashion, cifar10, coil20, kmeans, gmm, umap, spectral, autoencoder, vade, "
        + "clustergan, gan-em, hc-mgan, vagan-gmm, vagan-smm"),
    Mistake(.empty, "model fast shrink=2", "shrink needs a number from 0.1 to 1"),
    Mistake(.empty, "model fast rate=0", "rate needs a number above 0"),
    Mistake(.empty, "plot loss out=loss.gif", "a path that ends in .png, .pdf, .svg", "'loss.gif'"),
    Mistake(.empty, "save session.txt", ".ddpm"),
    Mistake(.empty, "load $set", "there is no variable 'set'"),
    Mistake(.empty, "undo 9", "from 1 to 8"),
    Mistake(.empty, "run a.ddpm cells=1-2", "1:18", "there is no arithmetic"),
    Mistake(.empty, "rerun 1-2", "1:7", "there is no arithmetic"),
    Mistake(.empty, "repeat 2 { info", "never closed"),
    Mistake(.empty, "info }", "no open block"),
    Mistake(.empty, "info \"a", "never closed"),
  ]

  @Test(arguments: whileChecking)
  func isSaidBeforeAnythingRuns(mistake: Mistake) throws {
    let session = try TestSession(keepsGoing: true)
    let before = session.state.fingerprint
    #expect(session.run(mistake.line + "\nseed 77") == .failed)
    #expect(session.state.fingerprint == before)
    #expect(session.output == "")
    #expect(try session.records().isEmpty)
    expectOneError(session.errors, mistake.says)
  }

  private func expectOneError(
    _ errors: String, _ says: [String], sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    #expect(errors.pieces(between: ": error: ") == 2, sourceLocation: sourceLocation)
    for part in says { #expect(errors.contains(part), sourceLocation: sourceLocation) }
    #expect(errors.contains("^"), sourceLocation: sourceLocation)
    #expect(errors.hasSuffix("\n") && !errors.hasSuffix("\n\n"), sourceLocation: sourceLocation)
  }

  /// However it is trained, equal images lie in one cluster.
  @Test func aCollapse() throws {
    let session = try TestSession()
    let path = session.writeEqualImages()
    #expect(session.run("load \"\(path)\"; model fast channels=8 clusters=2; pretrain epochs=1") == .succeeded)
    let before = session.state.fingerprint
    #expect(session.run("train rounds=5") == .failed)
    #expect(session.state.fingerprint == before)
    expectOneError(
      session.errors,
      ["the mixture has collapsed", "99.0 % of the images; try a smaller lambda= or rate=, or more pretraining\n"])
  }

  @Test func aLossThatIsNoNumber() throws {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(session.run("model fast channels=8 components=100 floor=1e-38") == .succeeded)
    let before = session.state.fingerprint
    #expect(session.run("train rounds=5") == .failed)
    #expect(session.state.fingerprint == before)
    #expect(session.errors.contains("not a number at step"))
    #expect(session.errors.contains(": try a smaller rate= or lambda=, or more pretraining\n"))
  }

  @Test func dataThatIsNotThere() throws {
    let session = try TestSession()
    #expect(session.run("set data=\"\(session.folder.path)\"; load mnist") == .failed)
    for part in [
      "\(session.folder.path)/mnist", "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "--data", "DDPM_DATA", ".gz",
      "load strokes",
    ] {
      #expect(session.errors.contains(part))
    }
  }

  /// A folder of pictures of two sizes: the error tells which differ, size= makes them one set.
  @Test func picturesOfSeveralSizes() throws {
    let session = try TestSession(from: Stage.trained.state)
    let folder = session.folder
    for (name, side) in [("a10", 9), ("a9", 8)] {
      mkdir("\(folder.path)/\(name)", 0o700)
      for index in 0..<2 {
        let pixels = (0..<side * side).map { UInt8(truncatingIfNeeded: $0 * 37 + index) }
        let image = PNGImage(width: side, height: side, channelCount: 1, pixels: pixels)
        folder.write("\(name)/\(index).png", try image.encoded(software: "test"))
      }
    }
    let before = session.state.fingerprint
    #expect(session.run("load \"\(folder.path)\"") == .failed)
    expectOneError(session.errors, ["1:6", "a10/0.png: expected 8×8 pixels like", "a9/0.png, found 9×9", "size="])
    #expect(session.run("load \"\(folder.path)\" size=8 split=test") == .failed)
    #expect(session.errors.contains("has no images; load it with split=all"))
    #expect(session.state.fingerprint == before)
    #expect(session.run("load \"\(folder.path)\" size=8") == .succeeded)
    #expect(session.output.contains("4 images of 8×8, 2 classes"))
    #expect(session.state.dataset?.labels?.names == ["a9", "a10"])
  }

  /// The name, its bytes, and what the error says.
  static let foreignFiles: [(String, [UInt8], String)] = [
    ("a-ubyte", [0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3], "truncated"),
    ("b-ubyte", [], "an empty file"),
    ("c-ubyte", [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + [UInt8](repeating: 7, count: 100), "PNG"),
    ("d-ubyte", [0, 0, 8, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "d-ubyte"),
    ("e-ubyte.gz", [0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5], "e-ubyte.gz"),
    ("f.npy", Array("no array at all, just words".utf8), "f.npy"),
    ("g.bin", [UInt8](repeating: 1, count: 100), "g.bin"),
    ("h.ddpm", Array("load strokes".utf8), "h.ddpm"),
  ]

  @Test(arguments: foreignFiles)
  func foreignDataFiles(name: String, bytes: [UInt8], says: String) throws {
    let session = try TestSession(from: Stage.loaded.state)
    let before = session.state.fingerprint
    let path = session.folder.write(name, bytes)
    #expect(session.run("load \"\(path)\"") == .failed)
    expectOneError(session.errors, [name, says])
    #expect(session.state.fingerprint == before)
  }
}

extension String {
  /// The number of pieces between occurrences of `separator`.
  fileprivate func pieces(between separator: String) -> Int {
    split(separator: separator, omittingEmptySubsequences: false).count
  }
}
