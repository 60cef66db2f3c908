import Clustering
import ClusteringMethods
import CommandLanguage
import Session
import TestSupport
import Testing

/// What the doctor finds, each in a constructed case, and that it says nothing of a healthy training.
@Suite struct DoctorTests {
  /// Four clusters from eight components, in which nothing is wrong.
  private func healthy() -> Doctor.Facts {
    var facts = Doctor.Facts()
    facts.imageCount = 100
    facts.clusterShares = [0.3, 0.3, 0.2, 0.2]
    facts.losses = [9, 8, 7.5, 7.4]
    facts.health.componentShares = [0.2, 0.1, 0.15, 0.15, 0.1, 0.1, 0.1, 0.1]
    facts.health.clusterWeights = [0.3, 0.3, 0.2, 0.2]
    facts.health.latentVariances = [1.2, 0.4, 3]
    facts.health.alike = AlikeClusters(1, 3, overlap: 0.1)
    return facts
  }

  /// What one change of a healthy training makes the doctor say.
  private func findings(_ change: (inout Doctor.Facts) -> Void) -> [String] {
    var facts = healthy()
    change(&facts)
    return Doctor.findings(facts)
  }

  @Test func aHealthyTraining() {
    #expect(findings { _ in } == [])
    #expect(Doctor.findings(Doctor.Facts()) == [])
    // Just within each threshold.
    #expect(findings { $0.health.componentShares[0] = 0.5 } == [])
    #expect(
      findings {
        $0.clusterShares = [0.5, 0.005, 0.245, 0.25]
        $0.health.clusterWeights = [0.42, 0.08, 0.25, 0.25]
      } == [])
    #expect(findings { $0.health.alike = AlikeClusters(1, 3, overlap: 0.25) } == [])
    #expect(findings { $0.health.latentVariances[1] = 0.001 } == [])
    #expect(findings { $0.losses = [7.4, 7.42, 7.44, 7.46] } == [])
    #expect(findings { $0.losses = [5, 9, 10, 8, 9] } == [])
    // One of two clusters may be the larger by far.
    #expect(
      findings {
        $0.clusterShares = [0.9, 0.1]
        $0.health = Health()
      } == [])
  }

  @Test func whatIsNoNumber() {
    let found = findings {
      $0.health.brokenArray = "encoder.weight"
      $0.clusterShares = [1, 0, 0, 0]
    }
    #expect(found == ["encoder.weight holds a number that is not finite; undo, then try a smaller rate= or lambda="])
  }

  @Test func whoHoldsTooMuch() {
    #expect(
      findings { $0.health.componentShares[3] = 0.52 } == [
        "component 3 holds 52.0 % of the images; try a smaller lambda= or rate=, or more pretraining"
      ])
    #expect(
      findings {
        $0.clusterShares = [0.1, 0.6, 0.2, 0.1]
        $0.health.clusterWeights = []
      } == [
        "cluster 1 holds 60.0 % of the images; try a smaller lambda= or rate=, or more pretraining"
      ])
    // Of three, two thirds; a component that is a cluster is called that.
    #expect(
      findings {
        $0.clusterShares = [0.6, 0.2, 0.2]
        $0.health = Health()
      } == [])
    let three = findings {
      $0.clusterShares = [0.7, 0.2, 0.1]
      $0.health = Health()
      $0.health.componentShares = [0.7, 0.2, 0.1]
    }
    #expect(three.count == 1 && three[0].hasPrefix("cluster 0 holds 70.0 %"))
  }

  @Test func whoHoldsNothing() {
    #expect(
      findings { $0.health.componentShares[2] = 0.004 } == [
        "component 2 holds none of the images; try fewer components=, a smaller lambda=, or more pretraining"
      ])
    let many = findings { $0.health.componentShares = [1e-9, 0.3, 0, 0, 0, 0, 0.3, 0.4, 0] }
    #expect(many.count == 1 && many[0].hasPrefix("components 0, 2, 3, 4 and 2 others hold none of the images;"))
    let empty = findings {
      $0.clusterShares = [0.3, 0, 0.35, 0.35]
      $0.health = Health()
    }
    #expect(empty == ["cluster 1 holds none of the images; try a smaller lambda=, or more pretraining"])
    let two = findings {
      $0.clusterShares = [0, 0, 0.4, 0.3, 0.3]
      $0.health = Health()
    }
    #expect(two.count == 1 && two[0].hasPrefix("clusters 0, 1 hold none"))
  }

  @Test func sharesFarFromTheWeights() {
    let found = findings { $0.clusterShares = [0.42, 0.25, 0.18, 0.15] }
    #expect(
      found == [
        "cluster 0 holds 42.0 % of the images, its weight in the mixture is 30.0 %; train on, or try another grouping="
      ])
  }

  @Test func clustersThatAreOne() {
    let found = findings { $0.health.alike = AlikeClusters(1, 3, overlap: 0.31) }
    #expect(
      found == [
        "clusters 1 and 3 are hard to tell apart, in 31.0 % of the smaller one's images; if they look alike, merge 1,3, "
          + "else train on"
      ])
  }

  @Test func latentsThatStandStill() {
    #expect(
      findings { $0.health.latentVariances = [1, 1e-5, 1] } == [
        "latent 1 hardly varies from image to image; try a smaller kl= or latent=, or more pretraining"
      ])
    let two = findings { $0.health.latentVariances = [100, 0.002, 0.004] }
    #expect(two.count == 1 && two[0].hasPrefix("latents 1, 2 hardly vary"))
    #expect(
      findings { $0.health.latentVariances = [1e-5, 1e-4] } == [
        "the latents hardly vary from image to image; try a smaller kl=, or more pretraining"
      ])
  }

  @Test func aLossThatRises() {
    let found = findings { $0.losses = [5, 9, 9.1, 9.2, 9.5] }
    #expect(found == ["the loss rose three rounds in a row, from 9.00 to 9.50; try a smaller rate= or lambda="])
    let epochs = findings {
      $0.losses = [1, 2, 3, 4]
      $0.unit = "epoch"
    }
    #expect(epochs.count == 1 && epochs[0].hasPrefix("the loss rose three epochs in a row, from 1.00"))
  }

  @Test func adversaries() {
    func health(_ separation: Double?, _ classes: [Int]) -> AdversaryHealth {
      AdversaryHealth(separation: separation, clusterOfClass: classes)
    }
    #expect(findings { $0.health.adversary = health(0.998, [0, 1, 2, 2]) } == [])
    #expect(findings { $0.health.adversary = health(nil, [0, 0, 2, 2]) } == [])
    #expect(
      findings { $0.health.adversary = health(0.9985, [0, 1, 2, 3]) } == [
        "the discriminator tells real images from drawn ones in 99.9 % of pairs: if that stays so, the generator learns "
          + "little; try another seed, or a smaller rate="
      ])
    #expect(
      findings { $0.health.adversary = health(0.7, [2, 2, 2, 2]) } == [
        "the generator's 4 classes draw images of cluster 2 alone; try another seed, or undo and a smaller rate="
      ])
  }

  /// Advice names options that the method has, and no others.
  @Test func remediesAreTheMethodsOwn() {
    func finding(_ options: Set<String>, pretrains: Bool, _ shares: [Double]) -> [String] {
      findings {
        $0.clusterShares = shares
        $0.health = Health()
        $0.remedies = Remedies(options: options, pretrains: pretrains)
      }
    }
    let (large, none) = ([0.1, 0.6, 0.2, 0.1], [0, 0.4, 0.3, 0.3])
    #expect(
      finding(["rate"], pretrains: false, large) == [
        "cluster 1 holds 60.0 % of the images; try a smaller rate=, or another seed"
      ])
    #expect(
      finding(["rate"], pretrains: true, none) == [
        "cluster 0 holds none of the images; try a smaller rate=, or more pretraining"
      ])
    let alike = findings {
      $0.clusterShares = [0.5, 0.5]
      $0.health = Health()
      $0.health.alike = AlikeClusters(0, 1, overlap: 0.5)
      $0.remedies = Remedies(options: [], pretrains: true, regroups: false)
    }
    #expect(
      alike == ["clusters 0 and 1 are hard to tell apart, in 50.0 % of the smaller one's images; train on"])
    #expect(finding([], pretrains: false, none) == ["cluster 0 holds none of the images; try another seed"])
    let remedies = Remedies(options: ["floor"], pretrains: false)
    #expect(
      remedies.trying(smaller: ["lambda", "rate"], larger: ["floor"]) == "try a larger floor=, or another seed")
    #expect(
      Remedies().trying(smaller: ["lambda", "rate"], larger: ["floor"])
        == "try a smaller lambda= or rate=, more pretraining, or a larger floor=")
  }

  /// Of every method that there is: what a doctor and an error may say names its options alone.
  @Test(arguments: [
    "fast", "tuned", "kmeans", "gmm", "umap", "spectral", "autoencoder", "vade", "clustergan", "gan-em", "hc-mgan",
    "vagan-gmm", "vagan-smm",
  ])
  func everyMethodsRemediesAreItsOwn(_ name: String) throws {
    let session = try TestSession(from: Stage.loaded.state)
    try #require(session.run("model \(name)") == .succeeded, "\(session.errors)")
    let model = try #require(session.state.model)
    let remedies = Remedies(of: model)
    let said = remedies.trying(
      fewer: ["components"], smaller: ["lambda", "rate", "kl", "latent"], larger: ["floor"])
    let named = said.split(separator: " ").filter { $0.contains("=") }.map { String($0.prefix { $0 != "=" }) }
    // What is named can be given: the command takes it.
    let taken = try #require(session.runner.table.entries.first { $0.verb == "model \(name)" }).parameters.map(\.name)
    #expect(named.allSatisfy(taken.contains) && (name != "fast" || named.contains("lambda")), "\(said)")
    #expect(said.contains("more pretraining") == (model is any PretrainedMethod))
  }

  /// A collapse of a method without lambda=, as it is told.
  @Test func aCollapseOfAnAdversary() throws {
    let session = try TestSession()
    let path = session.writeEqualImages()
    let script =
      "load \"\(path)\"; model vagan-gmm clusters=2 width1=4 width2=4 width3=8; pretrain epochs=1; train rounds=2"
    #expect(session.run(script) == .failed)
    let errors = session.errors.replacing("\n", with: " ")
    #expect(errors.contains("rate=") && errors.contains("more pretraining") && !errors.contains("lambda="), "\(errors)")
  }

  /// Pairs in which the real one has the higher score, equal ones by half; of each class's images the cluster of most.
  @Test func howADiscriminatorStands() {
    let found = AdversaryHealth(
      clustersOfDrawn: [5, 2, 2, 1, 1, 7, 4, 3], perClass: 3, scores: (real: [3, 1], drawn: [0, 1, 4]))
    #expect(found.clusterOfClass == [2, 1, 4] && abs((found.separation ?? 0) - (2 + 1.5) / 6) < 1e-12)
    let apart = AdversaryHealth(clustersOfDrawn: [], perClass: 1, scores: (real: [2, 3], drawn: [1]))
    #expect(apart.separation == 1 && apart.clusterOfClass == [])
    #expect(AdversaryHealth(clustersOfDrawn: [1], perClass: 1).separation == nil)
  }

  @Test func everyCheckHasANameOfItsOwn() {
    #expect(Set(Doctor.checks.map(\.name)).count == Doctor.checks.count)
  }

  // MARK: Facts of real methods

  /// A collapse as it happens, after hardly any pretraining.
  @Test func aTrainingThatCollapsesIsToldAndStatusRepeatsIt() throws {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(
      session.run("model fast channels=8 components=12 batch=40; pretrain; train rounds=4") == .succeeded,
      "\(session.errors)")
    let findings = session.state.training.findings
    #expect(!findings.isEmpty)
    let told = session.output.replacing("\n", with: " ")
    for finding in findings { #expect(told.contains("warning: \(finding)")) }
    session.output = ""
    session.run("status")
    let lines = session.output.split(separator: "\n").filter { $0.hasPrefix("warning ") }
    #expect(lines.count == findings.count)
    // They are of the state: an undo takes them back.
    session.run("undo 2")
    session.output = ""
    session.run("status")
    #expect(!session.output.contains("warning"))
  }

  /// A training that goes well: nothing is said after any epoch or round.
  @Test func aTrainingThatGoesWellSaysNothing() throws {
    let session = try TestSession()
    let script =
      "load strokes count=500; model fast channels=8 components=10 batch=16 lambda=0.05 rate=0.002; pretrain epochs=10; "
      + "train rounds=2"
    #expect(session.run(script) == .succeeded, "\(session.errors)")
    #expect(session.state.training.findings == [])
    #expect(!session.output.contains("warning"))
    #expect(session.run("model kmeans; train; model gmm; train; model umap; train; status") == .succeeded)
    #expect(!session.output.contains("warning"))
  }

  @Test func facts() throws {
    let dataset = try #require(Stage.trained.state.dataset)
    let model = try #require(Stage.trained.state.model as? any MixtureMethod)
    let health = try model.health(on: dataset.images)
    #expect(health.brokenArray == nil)
    #expect(health.componentShares.count == 12 && health.clusterWeights.count == 10)
    #expect(abs(health.clusterWeights.reduce(0, +) - 1) < 1e-9 && abs(health.componentShares.reduce(0, +) - 1) < 1e-9)
    // Numpy's variance of the latents.
    let latents = try model.latents(of: dataset.images)
    #expect(health.latentVariances.count == latents.columns)
    for column in 0..<latents.columns {
      let values = (0..<latents.rows).map { latents[$0, column] }
      let mean = values.reduce(0, +) / 120
      let variance = values.reduce(0) { $0 + $1 * $1 } / 120 - mean * mean
      #expect(abs(health.latentVariances[column] - variance) < 1e-9 * max(1, mean * mean))
    }
    // Untrained methods know little, and methods without a network no latents that could stand still.
    #expect(try Stage.modelled.state.model?.health(on: dataset.images).componentShares == [])
    let session = try TestSession(from: Stage.loaded.state)
    session.run("model kmeans; train")
    let kmeans = try #require(try session.state.model?.health(on: dataset.images))
    #expect(kmeans.latentVariances.isEmpty && kmeans.alike == nil)
  }

  @Test func mostAlikeClusters() {
    // Of 20 images clusters 0 and 2 share 10 by halves; cluster 3 holds too few to judge.
    var probabilities = Matrix(rows: 20, columns: 4)
    for row in 0..<20 {
      if row < 10 {
        (probabilities[row, 0], probabilities[row, 2]) = (0.5, 0.5)
      } else {
        (probabilities[row, 1], probabilities[row, 3]) = (0.9, 0.1)
      }
    }
    // Σ r_0 r_2 = 2.5, of the 5 images of each.
    #expect(AlikeClusters(mostOf: probabilities) == AlikeClusters(0, 2, overlap: 0.5))
    #expect(AlikeClusters(mostOf: Matrix(rows: 3, columns: 4)) == nil)
  }
}
