import CommandLanguage
import Glibc
import Session
import TestSupport
import Testing

/// A signal in the midst of any command: it ends within a second, with nothing half done.
@Suite(.serialized) struct LongCommandTests {
  /// A command that takes long.
  struct Case: Sendable, CustomTestStringConvertible {
    let verb: String
    /// What leads there; quick.
    let preparation: String
    let line: String
    /// Whether what it did up to the signal is kept.
    var keeps = false

    var testDescription: String { line }
  }

  private static func instant(_ verb: String, _ line: String? = nil, after preparation: String = "") -> Case {
    Case(verb: verb, preparation: preparation, line: "repeat 100000000 { \(line ?? verb) }", keeps: true)
  }

  private static let digits = "load strokes count=256; "
  private static let network = digits + "model fast channels=8; "
  private static let mixture = network + "estep; "
  /// Many clusters of many images, for what assigns the one to the other.
  private static let manyClusters =
    "load strokes count=1000; model kmeans clusters=900 restarts=1 iterations=1; train; load strokes count=30000; "

  private static let scored = "load strokes count=100; model kmeans restarts=1; train; evaluate; "
  private static let figures = digits + "plot pca space=pixels out=a.png; plot pca space=pixels out=b.png; "
  /// Takes twenty minutes for a megabyte.
  private static let slowServer = LoopbackServer { _ in
    LoopbackServer.Answer(body: [UInt8](repeating: 0, count: 1 << 20), pace: (100, 0.12))
  }

  static let cases: [Case] = [
    // What came is kept, to be taken up.
    Case(
      verb: "fetch", preparation: "set data=sets; ", line: "fetch cifar100 from=\"\(slowServer.address)\"", keeps: true),
    Case(verb: "load", preparation: "", line: "load strokes count=300000"),
    Case(verb: "load", preparation: "", line: "load strokes count=20000 size=300"),
    Case(verb: "model fast", preparation: digits, line: "model fast channels=512"),
    instant("model tuned", "model tuned channels=256", after: digits),
    Case(verb: "model reference", preparation: digits, line: "model reference channels=768"),
    Case(verb: "model fashion", preparation: digits, line: "model fashion channels=768"),
    Case(verb: "model cifar10", preparation: "load strokes count=256 size=32; ", line: "model cifar10 channels=256"),
    Case(verb: "model coil20", preparation: "load strokes count=256 size=64; ", line: "model coil20 channels=192"),
    Case(verb: "images", preparation: "load strokes count=1600 size=256; ", line: "images by=order count=40 rows=40"),
    Case(verb: "images", preparation: manyClusters, line: "images by=cluster"),
    Case(verb: "pretrain", preparation: network, line: "pretrain epochs=10000", keeps: true),
    Case(verb: "fit", preparation: network, line: "fit pretraining=10000", keeps: true),
    Case(verb: "tighten", preparation: mixture, line: "tighten epochs=10000", keeps: true),
    Case(verb: "train", preparation: mixture, line: "repeat 10000 { pretrain; estep; train }", keeps: true),
    Case(
      verb: "train", preparation: "load strokes count=20000; model kmeans clusters=1000; ", line: "train", keeps: true),
    Case(
      verb: "train", preparation: "load strokes count=20000; model gmm clusters=400; ", line: "train", keeps: true),
    Case(
      verb: "train", preparation: "load strokes count=20000; model gmm restarts=1 covariance=full tolerance=0; ",
      line: "train", keeps: true),
    Case(verb: "train", preparation: digits + "model umap epochs=100000; ", line: "train", keeps: true),
    Case(verb: "train", preparation: "load strokes count=30000; model umap; ", line: "train"),
    Case(verb: "train", preparation: "load strokes count=8000; model spectral clusters=200; ", line: "train"),
    Case(verb: "mstep", preparation: mixture, line: "repeat 10000 { mstep }", keeps: true),
    Case(verb: "estep", preparation: "load strokes count=20000; model fast channels=64; ", line: "estep"),
    Case(
      verb: "merge",
      preparation: "load strokes count=3000; model fast channels=8 components=500 fit-points=600; estep; ",
      line: "merge"),
    Case(
      verb: "split",
      preparation: "load strokes count=2000; model gmm clusters=1 restarts=1 iterations=100000 tolerance=0; "
        + "train stop=1:1; ",
      line: "split 0"),
    Case(verb: "evaluate", preparation: manyClusters, line: "evaluate"),
    Case(verb: "score", preparation: mixture, line: "score steps=1000"),
    Case(verb: "knn", preparation: "load strokes count=30000; ", line: "repeat 100 { knn space=pixels }", keeps: true),
    Case(
      verb: "baseline kmeans", preparation: "load strokes count=20000; ", line: "baseline kmeans clusters=1000"),
    Case(verb: "baseline gmm", preparation: "load strokes count=20000; ", line: "baseline gmm clusters=400"),
    Case(verb: "baseline umap", preparation: digits, line: "baseline umap epochs=100000"),
    Case(
      verb: "baseline spectral", preparation: "load strokes count=8000; ", line: "baseline spectral clusters=200"),
    Case(verb: "baseline autoencoder", preparation: digits, line: "baseline autoencoder pretraining=10000"),
    Case(verb: "baseline vade", preparation: digits, line: "baseline vade"),
    Case(verb: "baseline gan-em", preparation: digits, line: "baseline gan-em length=scaled"),
    Case(verb: "baseline hc-mgan", preparation: digits, line: "baseline hc-mgan length=scaled"),
    Case(verb: "train", preparation: digits + "model hc-mgan length=scaled; ", line: "train rounds=9", keeps: true),
    Case(verb: "baseline vagan-gmm", preparation: digits, line: "baseline vagan-gmm length=scaled"),
    Case(verb: "baseline vagan-smm", preparation: digits, line: "baseline vagan-smm length=scaled prior=student"),
    Case(verb: "baseline clustergan", preparation: digits, line: "baseline clustergan length=scaled"),
    Case(
      verb: "train", preparation: digits + "model clustergan length=scaled; ", line: "train rounds=10000", keeps: true),
    Case(verb: "pretrain", preparation: digits + "model vade; ", line: "pretrain epochs=10000", keeps: true),
    Case(verb: "assign", preparation: manyClusters, line: "assign strokes count=30000"),
    Case(verb: "verify", preparation: "", line: "verify long.ddpm"),
    Case(verb: "save", preparation: manyClusters, line: "save a.csv"),
    Case(verb: "save", preparation: manyClusters, line: "save a.npz"),
    Case(
      verb: "save", preparation: digits + "model fast channels=64; ", line: "repeat 1000 { save a.safetensors }",
      keeps: true),
    instant("restore", "restore a.safetensors", after: network + "save a.safetensors; "),
    Case(verb: "plot confusion", preparation: manyClusters, line: "plot confusion"),
    Case(verb: "tsne", preparation: digits, line: "tsne space=pixels iterations=100000", keeps: true),
    Case(verb: "tsne", preparation: "load strokes count=30000; ", line: "tsne space=pixels"),
    instant("plot pca", "plot pca space=pixels", after: digits),
    instant("replot", "replot", after: digits + "plot pca space=pixels; "),
    Case(verb: "plot tsne", preparation: "load strokes count=8000; ", line: "plot tsne space=pixels points=8000"),
    Case(verb: "plot tsne", preparation: digits, line: "plot tsne space=pixels iterations=100000"),
    Case(verb: "sample", preparation: mixture, line: "sample count=1000 steps=1000"),
    Case(
      verb: "plot misclustered", preparation: "load strokes count=3000; model kmeans restarts=1; train; ",
      line: "plot misclustered space=pixels iterations=10000"),
    Case(
      verb: "plot mixture",
      preparation: "load strokes count=2000; model gmm clusters=900 restarts=1 iterations=1; train; ",
      line: "repeat 1000 { plot mixture }", keeps: true),
    Case(verb: "interpolate", preparation: mixture, line: "interpolate 0 1 count=100 steps=2000"),
    Case(verb: "vary", preparation: mixture, line: "vary 0 count=100 steps=2000"),
    Case(verb: "denoise", preparation: mixture, line: "denoise steps=100000"),
    Case(verb: "reconstruct", preparation: mixture, line: "reconstruct count=256 steps=1000"),
    Case(verb: "run", preparation: "", line: "run long.ddpm"),
    Case(verb: "cells", preparation: "", line: "repeat 1000 { cells long.ddpm }", keeps: true),
    instant("model kmeans", after: digits), instant("model gmm", after: digits),
    instant("model umap", after: digits), instant("model spectral", after: digits),
    instant("model autoencoder", "model autoencoder width3=20", after: digits),
    instant("model vade", "model vade width3=20", after: digits),
    instant("model gan-em", "model gan-em width1=4 width2=4 width3=16", after: digits),
    instant("model hc-mgan", "model hc-mgan width1=4 width2=4", after: digits),
    instant(
      "plot tree",
      after: digits + "model hc-mgan clusters=2 width1=4 width2=4 raw-epochs=1 refinements=0; train; "),
    instant("model vagan-gmm", "model vagan-gmm width1=4 width2=4 width3=16", after: digits),
    instant("model vagan-smm", "model vagan-smm width1=4 width2=4 width3=16", after: digits),
    instant("model clustergan", "model clustergan width1=4 width2=4 width3=16", after: digits),
    instant("seed", "seed 1"),
    instant("undo", "seed 1; undo"),
    instant("redo", "seed 1; undo; redo"), instant("print", "print a"), instant("info", after: digits),
    instant("describe", after: network), instant("plot loss", after: network + "pretrain; "), instant("datasets"),
    instant("plot schedule", after: network), instant("plot panels", after: figures),
    instant("plot animation", after: figures), instant("status"), instant("history"), instant("clear"), instant("help"),
    instant("show"),
    instant("set"),
    instant("rerun", "rerun 1", after: "seed 1; "), instant("runs", after: scored),
    instant("runs show", "runs show 1", after: scored), instant("runs script", "runs script 1", after: scored),
    instant("table", after: scored), instant("plot runs", "plot runs x=seed", after: scored),
  ]

  /// The first ends at once, and the session with it; the second does what restore does, in another process.
  private static let neverLong: Set = ["quit", "recover"]

  @Test func everyCommandHasALongCase() {
    let verbs = Set(Self.cases.map(\.verb)).union(Self.neverLong)
    for entry in CommandTable(sessionCommands).entries {
      #expect(verbs.contains(entry.verb), "no case in which '\(entry.verb)' takes long")
    }
  }

  /// The time from the signal to the end on an idle machine is below a second; the limit leaves room for a busy one.
  private static let limit = 3.0

  private func interrupt(_ aCase: Case, by signal: Int32) throws {
    let folder = ScratchFolder()
    let long = "long.ddpm"
    if aCase.line.contains(long) {
      folder.write(long, "seed 1\n#= seed 1\n" + String(repeating: "seed 1\n", count: 1_000_000))
    }
    let names = folder.names
    let running = try Tool(in: folder).start(
      ["-i", "-c", aCase.preparation + "status", "-c", aCase.line], input: "status")
    try running.waitForOutput("next ")
    usleep(400_000)
    running.send(signal)
    let start = ContinuousClock.now
    let result = running.wait()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print("\(aCase.line): \(seconds) s after signal \(signal)")
    #expect(seconds < Self.limit, "\(aCase.line)")
    #expect(result.status == 130, "\(result.errors.suffix(300))")
    // Nothing torn; what had ended before may have left its file.
    let left = folder.names.filter { !names.contains($0) && !$0.hasPrefix(".") }
    #expect(aCase.keeps ? !left.contains { $0.hasSuffix(".tmp") } : left.isEmpty)
    let statuses = result.output.matches(of: #/data set  [\s\S]*?\nnext .*\n/#).map(\.output)
    if signal == SIGINT, !aCase.keeps {
      #expect(statuses.count == 2 && statuses.first == statuses.last)
      #expect(result.errors.contains("interrupted; nothing was changed") || aCase.verb == "run")
    }
  }

  @Test(arguments: cases)
  func anInterruptIsHeard(aCase: Case) throws { try interrupt(aCase, by: SIGINT) }

  @Test(arguments: [SIGTERM, SIGHUP])
  func signalsToLeaveAreHeard(signal: Int32) throws {
    for aCase in Self.cases where ["load", "evaluate", "plot tsne", "run"].contains(aCase.verb) {
      try interrupt(aCase, by: signal)
    }
  }
}
