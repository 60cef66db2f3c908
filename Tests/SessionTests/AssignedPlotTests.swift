import ArrayFiles
import Images
import Session
import TestSupport
import Testing

/// `plot tsne add=assigned`: new images among those of the session's embedding.
@Suite struct AssignedPlotTests {
  private static let quick = "iterations=150 early=60"

  private func trained() throws -> TestSession {
    let session = try TestSession()
    #expect(session.run("load strokes count=240; model kmeans restarts=2; train") == .succeeded, "\(session.errors)")
    session.output = ""
    return session
  }

  /// Images of another draw as an array in the session's folder; their classes.
  @discardableResult
  private func writeOthers(_ session: TestSession, count: Int = 60, size: Int = 28, seed: Int = 5) throws -> [Int] {
    let other = try TestSession()
    #expect(other.run("load strokes count=\(count) seed=\(seed) size=\(size)") == .succeeded, "\(other.errors)")
    let dataset = try #require(other.state.dataset)
    session.folder.write(
      "x.npy",
      NpyFormat.bytes(of: NamedArray("x", shape: [count, size, size], .int64(dataset.images.pixels.map(Int64.init)))))
    return try #require(dataset.labels).classes
  }

  /// The circles of an SVG file in a colour, in the order in which they were drawn: x, y and radius.
  private func circles(_ text: String, _ colour: String) -> [(x: Double, y: Double, radius: Double)] {
    text.matches(of: /<circle cx="([-0-9.]+)" cy="([-0-9.]+)" r="([-0-9.]+)" fill="(#[0-9A-Fa-f]+)"/).compactMap {
      match in
      guard match.4.lowercased() == colour.lowercased() else { return nil }
      return (Double(match.1)!, Double(match.2)!, Double(match.3)!)
    }
  }

  @Test func transcript() throws {
    let session = try trained()
    try writeOthers(session)
    let folder = session.folder.path
    #expect(session.run("tsne \(Self.quick); assign \"\(folder)/x.npy\"") == .succeeded, "\(session.errors)")
    session.output = ""
    #expect(session.run("plot tsne add=assigned out=\"\(folder)/a.png\"") == .succeeded, "\(session.errors)")
    let lines = session.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 3, "\(lines)")
    #expect(lines.first?.hasPrefix("t-SNE of the latents of all 240 images: KL ") == true)
    #expect(lines.first?.hasSuffix(", as made before") == true)
    #expect(lines.dropFirst() == ["60 images of x.npy placed among 240", "wrote \(folder)/a.png"])
    let record = try #require(try session.records().last)
    #expect(record["results"]["added"].number == 60 && record["results"]["points"].number == 240)
    #expect(session.commands.last?.contains(" add=assigned ") == true)
    // Other colours, formats, venues and what stands for a point; without the option nothing is added.
    var pictures = [session.folder.bytes("a.png")]
    for options in [
      "color=label", "color=correctness", "color=probability", "color=none", "marks=images", "legend=direct",
    ] {
      #expect(
        session.run("plot tsne add=assigned \(options) out=\"\(folder)/b.png\"") == .succeeded, "\(session.errors)")
      #expect(!pictures.contains(session.folder.bytes("b.png")), "\(options)")
      pictures.append(session.folder.bytes("b.png"))
    }
    for ending in ["pdf", "svg"] {
      #expect(session.run("plot tsne add=assigned style=icml out=\"\(folder)/c.\(ending)\"") == .succeeded)
    }
    #expect(session.folder.text("c.svg").contains("new"))
    #expect(session.run("plot tsne color=cluster out=\"\(folder)/d.svg\"") == .succeeded)
    #expect(!session.folder.text("d.svg").contains(">new"))
    #expect(try session.records().last?["results"]["added"].number == 0)
  }

  /// New images come to lie among those of their class about as often as they have them for neighbours in truth.
  @Test func newImagesLieAmongTheirLike() throws {
    let session = try trained()
    let classes = try writeOthers(session)
    let folder = session.folder.path
    let known = try #require(session.state.dataset?.labels).classes
    #expect(
      session.run(
        "tsne \(Self.quick); assign \"\(folder)/x.npy\"; plot tsne color=none legend=off add=assigned out=\"\(folder)/a.svg\""
      )
        == .succeeded, "\(session.errors)")
    let text = session.folder.text("a.svg")
    let old = circles(text, "#0065C9")
    let new = circles(text, "#1A1A1A")
    #expect(old.count == 240 && new.count == 60)
    // Larger than the others.
    #expect(new.allSatisfy { $0.radius > 1.5 * old[0].radius })
    let right = zip(new, classes).count { point, label in
      let nearest = old.indices.sorted {
        let (a, b) = (old[$0], old[$1])
        return (a.x - point.x) * (a.x - point.x) + (a.y - point.y) * (a.y - point.y)
          < (b.x - point.x) * (b.x - point.x) + (b.y - point.y) * (b.y - point.y)
      }.prefix(5)
      return nearest.count { known[$0] == label } >= 3
    }
    #expect(right >= 36, "\(right) of 60")
    // Of the very images that are embedded each lies near its own point.
    #expect(
      session.run(
        "assign strokes count=240; plot tsne color=none legend=off add=assigned out=\"\(folder)/b.svg\"") == .succeeded)
    let same = session.folder.text("b.svg")
    let (own, again) = (circles(same, "#0065C9"), circles(same, "#1A1A1A"))
    #expect(own.count == 240 && again.count == 240)
    let width = own.map(\.x).max()! - own.map(\.x).min()!
    let apart = zip(own, again).map { (($0.x - $1.x) * ($0.x - $1.x) + ($0.y - $1.y) * ($0.y - $1.y)).squareRoot() }
    #expect(apart.sorted()[120] < 0.04 * width, "\(apart.sorted()[120]) of \(width)")
  }

  @Test func isUndoneSavedAndReplayed() throws {
    let session = try trained()
    try writeOthers(session)
    let folder = session.folder.path
    let plot = "plot tsne add=assigned out=\"\(folder)/a.png\""
    #expect(session.run("tsne \(Self.quick); assign \"\(folder)/x.npy\"; \(plot)") == .succeeded, "\(session.errors)")
    let picture = session.folder.bytes("a.png")
    #expect(session.run("save \"\(folder)/s.safetensors\"; save \"\(folder)/s.ddpm\"") == .succeeded)

    let restored = try TestSession(in: session.folder)
    #expect(restored.run("restore \"\(folder)/s.safetensors\"; \(plot)") == .succeeded, "\(restored.errors)")
    #expect(session.folder.bytes("a.png") == picture)
    #expect(restored.run("save \"\(folder)/t.safetensors\"") == .succeeded)
    let other = try TestSession(in: session.folder)
    #expect(other.run("verify \"\(folder)/s.ddpm\"") == .succeeded, "\(other.output)\(other.errors)")
    #expect(other.run("run \"\(folder)/s.ddpm\"") == .succeeded, "\(other.errors)")
    #expect(session.folder.bytes("a.png") == picture)

    // What was assigned goes with the state that undo leaves, and comes from none of what follows.
    #expect(session.run("undo 2; \(plot)") == .failed)
    #expect(session.errors.contains("first assign PATH"), "\(session.errors)")
  }

  /// A share of a folder's images is drawn by the session's seed, which may be another one later.
  @Test func aShareIsTheSameUnderAnotherSeed() throws {
    let session = try trained()
    try writeOthers(session)
    let folder = session.folder.path
    #expect(
      session.run(
        "tsne \(Self.quick); assign \"\(folder)/x.npy\" count=20; seed 8; plot tsne add=assigned out=\"\(folder)/a.png\""
      )
        == .succeeded, "\(session.errors)")
    #expect(session.output.contains("20 images of x.npy placed among 240"))
    #expect(session.commands.contains { $0.hasPrefix("assign ") && $0.contains(" seed=0") })
  }

  @Test(arguments: [
    ("", "add=assigned needs images that were assigned: first assign PATH"),
    ("assign X; model kmeans; train", "the model has changed since x.npy was assigned"),
    ("assign X; train rounds=1", "the model has changed since x.npy was assigned"),
    ("assign X; model gmm", "the model has changed since x.npy was assigned"),
    ("assign X; load strokes count=150 size=32", "the model has changed since x.npy was assigned"),
    ("assign X; merge 0,1", "the model has changed since x.npy was assigned"),
    ("assign X; WRITE", "the images of x.npy have changed since they were assigned: expected sha256"),
    ("assign X; REMOVE", "cannot be read any more"),
  ])
  func misuse(steps: String, says: String) throws {
    let session = try TestSession()
    #expect(
      session.run("load strokes count=150; model fast clusters=10 channels=8 latent=4; train rounds=1") == .succeeded,
      "\(session.errors)")
    try writeOthers(session)
    let folder = session.folder.path
    for step in steps.split(separator: "; ") {
      switch step {
      case "WRITE": try writeOthers(session, seed: 6)
      case "REMOVE": session.folder.write("x.npy", Array("no array".utf8))
      default:
        let line = step == "assign X" ? "assign \"\(folder)/x.npy\"" : String(step)
        #expect(session.run(line) == .succeeded, "\(line): \(session.errors)")
      }
    }
    let before = session.state.journal.count
    let status = session.run("plot tsne \(Self.quick) space=pixels add=assigned out=\"\(folder)/a.png\"")
    #expect(status == .failed && session.state.journal.count == before)
    #expect(session.errors.contains(says), "\(session.errors)")
    #expect(session.folder.bytes("a.png").isEmpty)
  }

  @Test func imagesOfAnotherSize() throws {
    let session = try trained()
    try writeOthers(session, count: 20, size: 32)
    let folder = session.folder.path
    #expect(session.run("assign \"\(folder)/x.npy\"; plot tsne \(Self.quick) add=assigned") == .failed)
    #expect(session.errors.contains("these are 32×32: add size=28"))
    #expect(
      session.run("assign \"\(folder)/x.npy\" size=28; plot tsne \(Self.quick) add=assigned out=\"\(folder)/a.png\"")
        == .succeeded)
  }
}
