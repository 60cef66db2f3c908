import Session
import TestSupport
import Testing

/// A training in two parts, with a break between them.
struct Training: Sendable, CustomTestStringConvertible {
  let method: String
  let before: String
  let after: String

  var testDescription: String { "\(before) | \(after)" }

  init(_ method: String, _ before: String, _ after: String) {
    (self.method, self.before, self.after) = (method, "load strokes count=120; model \(method) " + before, after)
  }

  static let fast = "fast channels=8 components=12 batch=40 rate=0.0001"
  static let graph = fast + " grouping=graph partitions=4 spectral=off memory=2 "
  static let small = "width1=16 width2=16 width3=32 batch=40 restarts=2 rate=0.0001 "
  static let taught = "rate=0.0001 pretraining-batch=20 pretraining-rate=0.01; pretrain epochs=2; "
  static let slight = "width1=4 width2=4 width3=16 batch=20 encoder-steps=3 encoder-batch=20 "
  /// A split of 12 steps in its first stage and six in the next.
  static let split = "width1=4 width2=4 latent=8 batch=20 raw-epochs=2 refinements=1 refinement-epochs=2 "
  static let slim = "width1=4 width2=4 width3=16 batch=20 restarts=2 "
  static let all = [
    Training("fast", "channels=8 batch=40", "pretrain; train"),
    Training(fast, "; pretrain epochs=2; train rounds=2", "train rounds=2"),
    Training(fast, "ema=0.9 weighting=min-snr schedule=sigmoid; pretrain epochs=2; train", "pretrain; train; tighten"),
    Training(fast, "; pretrain epochs=2", "pretrain; train"),
    Training(fast, "; pretrain stop=1:2; train; mstep lambda=0.5", "estep; train rounds=2"),
    Training(fast, "responsibilities=fixed; train; merge", "train rounds=2"),
    Training(fast, "; train; merge 0,1; split 2; split 1", "train; split 0; train"),
    Training(fast, "fit=sample motion=off; train; seed 5", "mstep; estep; mstep"),
    Training(fast, "; train; tighten epochs=2 warm-up=2; merge 1,2", "evaluate; tighten; pretrain; train"),
    Training(graph, "; train rounds=2", "train rounds=2"),
    Training("tuned", "channels=8 components=12 ema=0.5 partitions=4 spectral=off; pretrain; train", "tighten; train"),
    Training(graph, "; train; tighten", "train; tighten"),
    Training(
      // Whole rounds end with a look at the clusters' sizes, which are no use in so small a model.
      "reference", "channels=8 components=12 latent=8 batch=40 rate=0.0001 timesteps=20; pretrain; estep; mstep; estep",
      "mstep; estep; mstep"),
    Training("vade", small + "; pretrain epochs=2; train rounds=2", "train rounds=2"),
    Training("vade", small + "decay-rounds=1; pretrain stop=1:2", "pretrain; train rounds=3"),
    Training("vade", small + "decay-rounds=1; pretrain; train stop=1:1", "train rounds=2; pretrain; train"),
    Training("autoencoder", small + "; pretrain epochs=2; train", "pretrain; train"),
    Training("autoencoder", small + "grouping=gmm; pretrain; train rounds=2", "train rounds=2"),
    Training("clustergan", slim + "critic-steps=2; train rounds=2", "train rounds=2"),
    Training("clustergan", slim + "noise-weight=0; train stop=1:1", "train; evaluate"),
    Training("gan-em", slight + "passes=1; train rounds=2", "train rounds=2"),
    Training("gan-em", slight + "passes=2 clusters=6; train stop=1:2", "train rounds=4; evaluate"),
    Training("hc-mgan", split + "clusters=4; train rounds=2", "train; evaluate"),
    Training("hc-mgan", split + "clusters=3; train stop=1:5", "train; train"),
    Training("hc-mgan", split + "clusters=3; train stop=1:15", "train rounds=2; evaluate"),
    Training("hc-mgan", split + "generator-norms=on clusters=3; train stop=1:15", "train rounds=2; evaluate"),
    // What is kept of the images is not taken for what would be said of others.
    Training("hc-mgan", split + "clusters=4; train; load strokes count=120 seed=5; train", "train"),
    // Some stages begin anew.
    Training(
      "hc-mgan", split + "clusters=3 check-epoch=2 check-every=2 check-loss=0.6 attempts=1000; train", "train; evaluate"
    ),
    Training(
      "hc-mgan", "width1=4 width2=4 latent=8 batch=20 raw-epochs=2 refinements=0 clusters=3; train",
      "train stop=1:3; train"),
    Training(fast, "prior=student freedom=5; pretrain epochs=2; train", "train; tighten; train"),
    Training("vagan-gmm", slim + taught + "train rounds=2", "train rounds=2"),
    Training(
      "vagan-smm", slim + "prior=student " + taught + "pretrain stop=1:2; train stop=1:2", "pretrain; train"),
    Training("vagan-smm", slim + "decay-rounds=1 " + taught + "train", "train stop=1:1; train"),
    Training("kmeans", "restarts=2; train rounds=2", "train rounds=2"), Training("kmeans", "", "train"),
    Training("gmm", "restarts=2 iterations=3 floor=0.01; train rounds=2", "train rounds=2"),
    Training("gmm", "restarts=2 iterations=3 floor=0.01; train; split 3; merge 0,1", "train; split 1"),
    Training("gmm", "clusters=2 restarts=2 iterations=2 covariance=full floor=0.05; train", "train; split 1"),
    Training("umap", "epochs=20 restarts=2; train rounds=2", "train rounds=2"),
    Training("umap", "epochs=20 restarts=2 covariance=full floor=0.01; train", "train"),
    Training("umap", "epochs=20 restarts=2; train stop=1:3", "train; load strokes count=100; evaluate; train"),
    Training("spectral", "restarts=2; train rounds=2", "train rounds=2"),
    Training("spectral", "restarts=1; train; load strokes count=130", "evaluate; train"),
  ]
}

extension TestSession {
  /// A session after the first part of a training, saved as `a.safetensors` in its folder.
  static func saved(_ training: Training) throws -> TestSession {
    let session = try TestSession()
    #expect(session.run(training.before) == .succeeded, "\(session.errors)")
    #expect(session.run("save \(session.folder.path)/a.safetensors") == .succeeded, "\(session.errors)")
    #expect(session.state.unsavedChanges == 0)
    return session
  }

  /// Another one that has restored that file.
  static func restored(in folder: ScratchFolder, _ options: String = "") throws -> TestSession {
    let session = try TestSession(in: folder)
    #expect(session.run("restore \(folder.path)/a.safetensors \(options)") == .succeeded, "\(session.errors)")
    return session
  }
}

/// What a log of training holds but for rates.
struct TrainingNumbers: Equatable {
  var epochs: [String] = []
  var rounds: [String] = []
  var others = "[] nil [] 0"
}

extension TrainingLog {
  var withoutRates: TrainingNumbers {
    func lines(_ name: String) -> [String] {
      Mirror(reflecting: self).children.filter { $0.label == name }.flatMap { storedLeaves(of: $0.value, path: name) }
        .filter { !$0.contains("imagesPerSecond") && $0 != "\(name): []" }
    }
    let children = Dictionary(
      uniqueKeysWithValues: Mirror(reflecting: self).children.map { ($0.label ?? "", $0.value) })
    return TrainingNumbers(
      epochs: lines("epochs"), rounds: lines("rounds"),
      others: ["merges", "earlierDataset", "findings", "lossesBegin"].map { "\(children[$0] ?? "")" }
        .joined(separator: " "))
  }
}
