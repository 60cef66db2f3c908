import Downloads
import Files

/// EMNIST: handwritten letters and digits, in six divisions of the same images.
///
/// The files hold every image transposed; it is put upright. Of letters that are written alike, `balanced` and
/// `bymerge` have one class for the large and the small one, `letters` for every letter.
///
/// Source: Cohen, Afshar, Tapson and van Schaik, "EMNIST: an extension of MNIST to handwritten letters" (2017)
extension KnownDataset {
  static let emnist: [KnownDataset] = [
    emnist("letters", "the letters, large and small as one", count: 145_600, capitals, firstClass: 1),
    emnist("digits", "the digits, as many of each", count: 280_000, digits),
    emnist("balanced", "digits and letters, as many of each", count: 131_600, merged),
    emnist(
      "byclass", "digits, large and small letters, as many as were written", count: 814_255, digits + capitals + small),
    emnist("bymerge", "digits and letters, as many as were written", count: 814_255, merged),
    emnist("mnist", "digits, as many as in MNIST", count: 70_000, digits),
  ]

  private static let digits = (0...9).map(String.init)
  private static let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)
  private static let small = capitals.map { $0.lowercased() }
  private static let merged = digits + capitals + "abdefghnqrt".map(String.init)

  private static func files(_ division: String, _ classNames: [String]? = nil, firstClass: Int = 0) -> IdxSet {
    IdxSet(
      train: "emnist-\(division)-train", test: "emnist-\(division)-test", classNames: classNames, firstClass: firstClass
    )
  }

  /// The divisions come in one archive, which is unpacked whole.
  private static let archive = Fetchable(
    file: "gzip.zip",
    mirrors: ["https://biometrics.nist.gov/cs_links/EMNIST/", "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/"],
    size: 561_753_746, checksum: .md5("58c8d27c78d21e728a6bc7b3cc06412e"),
    unpacks: ["letters", "digits", "balanced", "byclass", "bymerge", "mnist"].flatMap { division in
      files(division).fileNames.map { "\($0).gz" }
    })

  private static func emnist(
    _ division: String, _ words: String, count: Int, _ classNames: [String], firstClass: Int = 0
  ) -> KnownDataset {
    let set = files(division, classNames, firstClass: firstClass)
    // The folder of the sets, or the one that the archive unpacks to.
    @Sendable func place(in folder: String) -> String? {
      [folder, "\(folder)/gzip"].first(where: set.isPresent)
    }
    return KnownDataset(
      name: "emnist-\(division)", folder: "emnist", summary: "EMNIST, \(words) (Cohen and others)", count: count,
      height: 28, width: 28, channelCount: 1, classNames: classNames,
      source: .files(
        SetFiles(
          names: set.fileNames, mayBeCompressed: true, fetchables: [archive],
          isPresent: { place(in: $0) != nil }, isComplete: { place(in: $0).map(set.isComplete) ?? false }
        ) { folder, known, selection throws(DatasetError) in
          var content = try set.read(folder: place(in: folder) ?? folder, name: known.name, split: selection.split)
          content.images = content.images.turned(.transpose)
          return content
        }))
  }
}
