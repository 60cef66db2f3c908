/// An option of `load` that only some formats and drawn sets take. Each lists those that it does; the others are refused
/// for it.
public struct DatasetOption: Sendable {
  public let name: String
  let isGiven: @Sendable (DatasetSelection) -> Bool

  private init<Value>(_ name: String, _ property: KeyPath<DatasetSelection, Value?> & Sendable) {
    self.name = name
    isGiven = { $0[keyPath: property] != nil }
  }

  public static let labels = DatasetOption("labels", \.labels)
  public static let array = DatasetOption("array", \.array)
  public static let layout = DatasetOption("layout", \.layout)
  public static let shape = DatasetOption("shape", \.shape)
  public static let range = DatasetOption("range", \.range)

  public static let classes = DatasetOption("classes", \.drawing.classes)
  public static let imbalance = DatasetOption("imbalance", \.drawing.imbalance)
  public static let tails = DatasetOption("tails", \.drawing.tails)
  public static let overlap = DatasetOption("overlap", \.drawing.overlap)
  public static let noise = DatasetOption("noise", \.drawing.noise)

  static let all: [DatasetOption] = [
    .labels, .array, .layout, .shape, .range, .classes, .imbalance, .tails, .overlap, .noise,
  ]
}
