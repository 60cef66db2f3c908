import ArrayFiles
import Session
import TestSupport
import Testing

/// The embedding as part of the session.
@Suite struct EmbeddingTests {
  private static let quick = "iterations=15 early=15"

  private func trained() throws -> TestSession {
    let session = try TestSession()
    #expect(
      session.run("load strokes count=150; model fast clusters=10 channels=8 latent=4; train rounds=1") == .succeeded)
    session.output = ""
    return session
  }

  private func number(_ session: TestSession, _ name: String) throws -> Double {
    let last = try #require(try session.records().last { $0["status"].string == "ok" })
    return try #require(last["results"][name].number)
  }

  @Test func isDrawnInAnyWayWithoutComputingAgain() throws {
    let session = try trained()
    let folder = session.folder.path
    #expect(session.run("tsne perplexity=10 \(Self.quick)") == .succeeded)
    #expect(session.output.contains("t-SNE of the latents of all 150 images: KL "))
    #expect(session.output.contains("10 neighbours kept 0."))
    let divergence = try number(session, "klDivergence")
    for colour in ["label", "cluster", "correctness", "probability", "none"] {
      session.output = ""
      let line = "plot tsne color=\(colour) out=\"\(folder)/\(colour).png\""
      #expect(session.run(line) == .succeeded, "\(session.errors)")
      #expect(session.output.contains(", as made before"))
      #expect(try number(session, "klDivergence") == divergence)
    }
    let pictures = ["label", "cluster", "correctness", "probability", "none"].map { session.folder.bytes("\($0).png") }
    for (index, picture) in pictures.enumerated() { #expect(!pictures[..<index].contains(picture)) }
    for path in ["a.pdf", "a.svg"] {
      #expect(session.run("plot tsne style=column out=\"\(folder)/\(path)\"") == .succeeded)
    }
    // An option that it was made with asks for nothing else; another one does.
    session.output = ""
    session.run("plot tsne perplexity=10 points=all out=\"\(folder)/b.png\"")
    #expect(session.output.contains(", as made before"))
    session.output = ""
    session.run("plot tsne perplexity=12 \(Self.quick) out=\"\(folder)/b.png\"")
    #expect(!session.output.contains(", as made before"))
    #expect(try number(session, "klDivergence") != divergence)
    // That one is the plot's own.
    session.output = ""
    session.run("plot tsne out=\"\(folder)/b.png\"")
    #expect(try number(session, "klDivergence") == divergence)
  }

  @Test func aPlotKeepsItsOwn() throws {
    let session = try trained()
    let line = "plot tsne points=60 \(Self.quick) out=\"\(session.folder.path)/a.png\""
    #expect(session.run(line) == .succeeded)
    #expect(!session.output.contains("as made before"))
    session.output = ""
    #expect(session.run(line + " color=cluster") == .succeeded)
    #expect(session.output.contains("as made before"))
    // What is not said is as it was, but for the space.
    session.output = ""
    #expect(session.run("plot tsne color=none out=\"\(session.folder.path)/a.png\"") == .succeeded)
    #expect(session.output.contains("60 of 150 images") && session.output.contains("as made before"))
    session.output = ""
    #expect(session.run("\(line) space=pixels; \(line)") == .succeeded)
    #expect(!session.output.contains("as made before"))
    session.output = ""
    #expect(session.run("train rounds=1; \(line)") == .succeeded)
    #expect(!session.output.contains("as made before"))
  }

  /// Latents of a later round are other points.
  @Test func olderLatents() throws {
    let session = try trained()
    let plot = "plot tsne out=\"\(session.folder.path)/a.png\""
    #expect(session.run("tsne points=60 perplexity=9 \(Self.quick); train rounds=1; \(plot)") == .succeeded)
    #expect(
      session.output.contains("the session's embedding is of the latents after 1 round, which have changed since"))
    let last = try #require(session.commands.last)
    for option in ["points=60", "perplexity=9", "iterations=15", "early=15"] { #expect(last.contains(option)) }
    #expect(session.run("tsne add=all") == .failed)
    #expect(session.errors.contains("the latents have changed since the embedding was made"))
    // What is no change of the latents leaves it as it is.
    session.output = ""
    #expect(session.run("tsne points=60 \(Self.quick); merge 0,1; \(plot)") == .succeeded)
    #expect(session.output.contains("as made before"))
    session.output = ""
    #expect(session.run("load strokes count=140; \(plot) points=50 \(Self.quick)") == .succeeded)
    #expect(!session.output.contains("as made before"))
  }

  @Test func isUndoneAndSaved() throws {
    let session = try trained()
    let folder = session.folder.path
    let plot = "plot tsne out=\"\(folder)/a.png\""
    #expect(session.run("tsne \(Self.quick); \(plot)") == .succeeded)
    let picture = session.folder.bytes("a.png")
    #expect(session.run("tsne perplexity=5 \(Self.quick); \(plot)") == .succeeded)
    #expect(session.folder.bytes("a.png") != picture)
    #expect(session.run("undo; \(plot)") == .succeeded)
    #expect(session.folder.bytes("a.png") == picture)
    #expect(session.run("save \"\(folder)/s.safetensors\"; save \"\(folder)/s.npz\"") == .succeeded)

    let restored = try TestSession()
    #expect(restored.run("restore \"\(folder)/s.safetensors\"") == .succeeded, "\(restored.errors)")
    restored.output = ""
    #expect(restored.run("plot tsne out=\"\(folder)/b.png\"") == .succeeded)
    #expect(restored.output.contains("as made before"))
    #expect(session.folder.bytes("b.png") == picture)
    #expect(restored.run("save \"\(folder)/t.safetensors\"") == .succeeded)

    let archive = try NpzArchive(path: "\(folder)/s.npz")
    let places = try archive.array("tsne")
    #expect(places.shape == [150, 2])
    #expect(try archive.array("tsne_indices").integers() == Array(0..<150))
    // Without a model as well.
    let bare = try TestSession()
    #expect(
      bare.run("load strokes count=60; tsne space=pixels \(Self.quick); save \"\(folder)/u.safetensors\"") == .succeeded
    )
    let again = try TestSession()
    #expect(again.run("restore \"\(folder)/u.safetensors\"") == .succeeded, "\(again.errors)")
    again.output = ""
    #expect(again.run("plot tsne out=\"\(folder)/c.png\"") == .succeeded)
    #expect(again.output.contains("t-SNE of the pixels of all 60 images") && again.output.contains("as made before"))
  }

  @Test func imagesAreAdded() throws {
    let session = try trained()
    let folder = session.folder.path
    #expect(session.run("tsne add=test") == .failed)
    #expect(session.errors.contains("there is no embedding to add images to"))
    #expect(session.run("tsne points=train \(Self.quick); save \"\(folder)/a.npz\"; tsne add=test") == .succeeded)
    #expect(session.output.contains("25 images placed among 125"))
    #expect(session.run("save \"\(folder)/b.npz\"; tsne add=all") == .failed)
    #expect(session.errors.contains("all of these images are in the embedding already"))
    let (before, after) = (try NpzArchive(path: "\(folder)/a.npz"), try NpzArchive(path: "\(folder)/b.npz"))
    let old = try before.array("tsne").doubles()
    let new = try after.array("tsne").doubles()
    #expect(old.count == 250 && new.count == 300 && Array(new.prefix(250)) == old)
    #expect(try after.array("tsne_indices").integers() == Array(0..<150))
    #expect(session.run("plot tsne color=cluster out=\"\(folder)/a.png\"") == .succeeded)
    #expect(session.run("tsne add=all perplexity=5") == .failed)
    #expect(session.errors.contains("perplexity="))
    #expect(session.run("tsne add=all from=previous") == .failed)
  }

  @Test func successiveRoundsLineUp() throws {
    let session = try trained()
    let folder = session.folder.path
    #expect(session.run("tsne from=previous \(Self.quick)") == .succeeded)
    #expect(session.output.contains("there is no embedding of these images yet"))
    #expect(session.run("tsne points=80; train rounds=1; tsne from=previous; save \"\(folder)/a.npz\"") == .succeeded)
    #expect(try NpzArchive(path: "\(folder)/a.npz").array("tsne").shape == [150, 2])
  }

  /// Ctrl-C keeps the embedding so far; the journal says how far that was.
  @Test func interruptions() throws {
    let session = try trained()
    var asked = 0
    session.interruptions = {
      asked += 1
      return asked > 40 ? 1 : 0
    }
    session.run("tsne iterations=100000 early=3")
    session.interruptions = { 0 }
    #expect(session.output.contains("iterations; the embedding is kept as it was then"))
    let command = try #require(session.commands.last)
    #expect(command.contains("early=3") && !command.contains("iterations=100000"))
    session.output = ""
    #expect(session.run("plot tsne out=\"\(session.folder.path)/a.png\"") == .succeeded)
    #expect(session.output.contains("as made before"))
    let again = try trained()
    #expect(again.run("\(command); plot tsne out=\"\(again.folder.path)/a.png\"") == .succeeded)
    // The measures are of a sample, but these images are fewer than any.
    #expect(again.folder.bytes("a.png") == session.folder.bytes("a.png"))
  }

  @Test func principalComponents() throws {
    let session = try trained()
    let folder = session.folder.path
    for colour in ["label", "cluster", "correctness", "probability", "none"] {
      #expect(
        session.run("plot pca color=\(colour) out=\"\(folder)/\(colour).png\"") == .succeeded, "\(session.errors)")
    }
    #expect(session.output.contains("PCA of the latents of 150 images: variance "))
    #expect(session.run("plot pca space=pixels points=40 out=\"\(folder)/a.svg\"") == .succeeded)
    #expect(session.run("tsne points=70 \(Self.quick); plot pca out=\"\(folder)/b.png\"") == .succeeded)
    #expect(try number(session, "points") == 70)
  }

  // MARK: - Hard inputs

  private func loaded(_ images: [[UInt8]]) throws -> TestSession {
    let session = try TestSession()
    session.folder.write("x.npy", npy("|u1", "\(images.count), 4, 4", images.flatMap(\.self)))
    #expect(session.run("load \"\(session.folder.path)/x.npy\"") == .succeeded)
    return session
  }

  @Test(arguments: [1, 2, 3, 9]) func fewImages(count: Int) throws {
    let session = try loaded((0..<count).map { image in (0..<16).map { UInt8($0 * (image + 1)) } })
    for command in ["tsne space=pixels", "plot tsne space=pixels", "plot pca space=pixels"] {
      #expect(session.run(command) == .failed)
      #expect(session.errors.contains("needs at least 10 images; there \(count == 1 ? "is" : "are") \(count)"))
      session.errors = ""
    }
  }

  @Test func duplicatesAndEqualPoints() throws {
    let equal = try loaded([[UInt8]](repeating: [UInt8](repeating: 7, count: 16), count: 20))
    for command in ["tsne", "plot pca"] {
      equal.errors = ""
      #expect(equal.run("\(command) space=pixels") == .failed)
      #expect(equal.errors.contains("the pixels of all 20 images are equal"))
    }
    // Three places, ten images at each.
    let session = try loaded((0..<30).map { image in [UInt8](repeating: UInt8(image % 3 * 90), count: 16) })
    #expect(session.run("tsne space=pixels perplexity=30") == .succeeded, "\(session.errors)")
    #expect(session.output.contains("perplexity lowered from 30 to 9.67"))
    #expect(session.run("plot tsne color=none out=\"\(session.folder.path)/a.png\"") == .succeeded)
  }

  /// What is no embedding, in a file that says it is.
  @Test func damagedCheckpoints() throws {
    let session = try trained()
    let path = "\(session.folder.path)/s.safetensors"
    #expect(session.run("tsne \(Self.quick); save \"\(path)\"") == .succeeded)
    let bytes = session.folder.bytes("s.safetensors")
    for (old, new) in [
      ("\\\"space\\\": \\\"latents\\\"", "\\\"space\\\": \\\"latentz\\\""), ("\"tsne\":", "\"tsnf\":"),
      ("\\\"embedded\\\": 150", "\\\"embedded\\\": 950"),
    ] {
      let text = Array(old.utf8)
      let place = try #require(bytes.indices.first { bytes[$0...].starts(with: text) }, "\(old)")
      var damaged = bytes
      damaged.replaceSubrange(place..<place + text.count, with: new.utf8)
      session.folder.write("d.safetensors", damaged)
      let other = try TestSession()
      #expect(other.run("restore \"\(session.folder.path)/d.safetensors\"") == .failed)
      #expect(other.errors.contains("expected"), "\(other.errors)")
    }
  }
}
