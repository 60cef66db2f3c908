import ArrayFiles
import Session
import TestSupport
import Testing

/// Nothing that trains or groups sees a label.
@Suite struct LabelBlindnessTests {
  /// A training on the same images with their labels, with others, and without any comes to the same bytes.
  @Test(arguments: [
    "fast channels=8 components=12 batch=40 rate=0.0001 grouping=graph", "fast channels=8 batch=40", "kmeans", "gmm",
    "umap epochs=20", "spectral", "vade width1=16 width2=16 width3=32 rate=0.0001",
    "autoencoder width1=16 width2=16 width3=32", "clustergan width1=4 width2=4 width3=16 batch=20",
    "gan-em width1=4 width2=4 width3=16 encoder-steps=2",
    "hc-mgan width1=4 width2=4 raw-epochs=1 refinements=1 refinement-epochs=1 batch=20",
    "fast channels=8 components=12 batch=40 rate=0.0001 prior=student",
    "vagan-smm prior=student width1=4 width2=4 width3=16 rate=0.0001 pretraining-batch=20 pretraining-rate=0.01",
  ])
  func labelsChangeNothing(model: String) throws {
    let images = try #require(Stage.loaded.state.dataset)
    let pixels = NamedArray("x", shape: [images.count, 28, 28], .int64(images.images.pixels.map(Int64.init)))
    let classes = try #require(images.labels).classes
    var learnt: [[String]] = []
    for labels in [classes, classes.reversed().map { ($0 + 3) % 10 }, nil] {
      let session = try TestSession()
      let folder = session.folder
      folder.write("x.npy", NpyFormat.bytes(of: pixels))
      if let labels {
        let array = NamedArray("y", shape: [labels.count], .int64(labels.map(Int64.init)))
        folder.write("y.npy", NpyFormat.bytes(of: array))
      }
      let hasNetwork = model.hasPrefix("fast")
      let status = session.run(
        """
        load "\(folder.path)/x.npy"\(labels == nil ? "" : " labels=\"\(folder.path)/y.npy\"")
        model \(model.split(separator: " ")[0]) clusters=10 \(model.split(separator: " ").dropFirst().joined(separator: " "))
        \(hasNetwork || model.hasPrefix("vagan") ? "pretrain epochs=2" : "status")
        train
        \(hasNetwork ? "train gamma=100; tighten epochs=2 confidence=0.9 warm-up=2 renewal=3" : "status")
        """)
      #expect(status == .succeeded, "\(session.errors)")
      learnt.append(session.state.learnt)
    }
    #expect(learnt[0] == learnt[1] && learnt[1] == learnt[2] && !learnt[0].isEmpty)
  }
}
