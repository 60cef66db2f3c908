import Downloads

/// MNIST and Fashion-MNIST: 60,000 training and 10,000 test images of 28×28 in idx files.
extension KnownDataset {
  /// Source: LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/
  static let mnist = mnistLike(
    "mnist", summary: "handwritten digits (LeCun, Cortes, Burges)", classNames: (0...9).map(String.init),
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
    files: [
      (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
      (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
      (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
      (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ])

  /// Source: Xiao, Rasul and Vollgraf, https://github.com/zalandoresearch/fashion-mnist
  static let fashion = mnistLike(
    "fashion", summary: "Fashion-MNIST, articles of clothing (Xiao, Rasul, Vollgraf)",
    classNames: [
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ],
    mirrors: [
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ],
    files: [
      (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
      (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
      (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
      (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ])

  /// - Parameter files: bytes and SHA-256 of each compressed file, in the order of `IdxSet.fileNames`.
  private static func mnistLike(
    _ name: String, summary: String, classNames: [String], mirrors: [String], files: [(size: Int, sha256: String)]
  ) -> KnownDataset {
    let set = IdxSet(classNames: classNames)
    return KnownDataset(
      name: name, summary: summary, count: 70_000, height: 28, width: 28, channelCount: 1, classNames: classNames,
      source: .files(
        SetFiles(
          names: set.fileNames, mayBeCompressed: true,
          fetchables: zip(set.fileNames, files).map { file, facts in
            Fetchable(file: "\(file).gz", mirrors: mirrors, size: facts.size, checksum: .sha256(facts.sha256))
          }, isPresent: set.isPresent, isComplete: set.isComplete
        ) { folder, known, selection throws(DatasetError) in
          try set.read(folder: folder, name: known.name, split: selection.split)
        }))
  }
}
