import Session
import TestSupport
import Testing

/// What `plot tsne` takes, and what it says of it.
@Suite struct PlotTSNETests {
  /// Runs the command, quickly, on images of 8×8 without labels, and gives what was shown.
  private func plot(_ options: String, after script: String = "", images: [[UInt8]]? = nil) throws -> String {
    let images = images ?? (0..<40).map { image in (0..<64).map { UInt8(truncatingIfNeeded: $0 * image % 251) } }
    let folder = ScratchFolder()
    folder.write("x.npy", npy("|u1", "\(images.count), 8, 8", images.flatMap(\.self)))
    let session = try TestSession(in: folder)
    #expect(session.run("load \(folder.path)/x.npy; \(script)") == .succeeded)
    session.output = ""
    let early = options.contains("early=") ? "" : "early=10"
    session.run("plot tsne iterations=10 \(early) \(options) out=\(folder.path)/x.png")
    return session.output + session.errors
  }

  /// Images without labels have no colours before there are clusters, and need none.
  @Test func beforeTraining() throws {
    #expect(try plot("space=pixels").contains("t-SNE of the pixels of all 40 images: KL "))
    let model = "model fast clusters=2 channels=8"
    #expect(try plot("", after: model).contains("t-SNE of the latents of all 40 images: KL "))
    #expect(try plot("color=none", after: model).contains("wrote "))
    #expect(try plot("color=cluster", after: model).contains("color=cluster needs a mixture"))
    #expect(try plot("color=label", after: model).contains("color=label needs labels"))
    #expect(try plot("space=pixels", after: "model kmeans clusters=2; train").contains("wrote "))
  }

  @Test func optionsThatHadLessEffect() throws {
    let lowered = try plot("space=pixels perplexity=30")
    #expect(lowered.contains("perplexity lowered from 30 to 13, a third of each image's neighbours\n"))
    #expect(try !plot("space=pixels perplexity=10").contains("lowered"))
    #expect(try plot("space=pixels points=20").contains("t-SNE of the pixels of 20 of 40 images: "))
    #expect(try plot("space=pixels points=41").contains("t-SNE of the pixels of all 40 images: "))
    let early = "exaggeration= has no effect here: early=0 leaves no iterations with it\n"
    #expect(try plot("space=pixels early=0 exaggeration=4").contains(early))
    #expect(try !plot("space=pixels early=0").contains("exaggeration"))
  }

  /// Equal points have no embedding: the ring that they would repel each other to tells of nothing.
  @Test func equalPoints() throws {
    let equal = [[UInt8]](repeating: [UInt8](repeating: 9, count: 64), count: 20)
    let said = "the pixels of all 20 images are equal: there is nothing that t-SNE could spread out"
    #expect(try plot("space=pixels", images: equal).contains(said))
    #expect(
      try plot("", after: "model fast clusters=2 channels=8", images: equal).contains("the latents of all 20 images"))
    var almost = equal
    almost[19][63] = 10
    #expect(try plot("space=pixels", images: almost).contains("wrote "))
  }
}
