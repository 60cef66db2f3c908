import TensorEngine

/// One part of the layer or network `Whole`, named in its table of parts and nowhere else.
///
///     static let parts: [Part<Self>] = [
///       .layer("unet.stem", \.stem, "convolution 3×3", output: \.full),
///       .layer("unet.outputNorm", \.outputNorm, countedIn: "unet.output"),
///       .layer("unet.output", \.output, "GroupNorm, SiLU, convolution 3×3", output: \.image),
///     ]
///
/// From the table come the order and paths of the state, the parameters with their counts, and the outline.
public struct Part<Whole>: Sendable {
  /// Receives the path, the kind and the tensor of a piece of state.
  public typealias Visitor = (String, StateKind, inout Tensor) -> Void
  typealias Property<Value> = WritableKeyPath<Whole, Value> & Sendable

  /// The last components of the paths of its state.
  let name: String
  /// Shows the state of this part of a whole, the part itself having the given path; without one, without paths.
  let visit: @Sendable (inout Whole, String?, Visitor) -> Void
  /// How each tensor of this part of a whole lies in files, in the order of the state.
  let layouts: @Sendable (Whole) -> [FileLayout]
  let line: Line

  /// Where a part stands in the outline of the whole.
  enum Line: Sendable {
    /// Nowhere: the whole is one line in the outline of what it is a part of.
    case none
    /// In a line of its own, with what it does and the shape of its output.
    case own(operation: String, output: @Sendable (Whole) -> [Int])
    /// Its parameters are counted in the line of this name.
    case shared(with: String)
    /// In the lines of its own outline, given its path.
    case nested(@Sendable (Whole, String) -> [LayerOutline])
  }

  private init(
    _ name: String, _ line: Line, layouts: @escaping @Sendable (Whole) -> [FileLayout],
    visit: @escaping @Sendable (inout Whole, String?, Visitor) -> Void
  ) {
    (self.name, self.line, self.layouts, self.visit) = (name, line, layouts, visit)
  }

  private init<L: Layer>(_ name: String, _ property: Property<L>, _ line: Line) {
    self.init(
      name, line, layouts: { $0[keyPath: property].fileLayouts },
      visit: { whole, path, visitor in whole[keyPath: property].visitState(path, visitor) })
  }

  /// Of a layer that not every whole has.
  private init<L: Layer>(_ name: String, _ property: Property<L?>, _ line: Line) {
    self.init(
      name, line, layouts: { $0[keyPath: property]?.fileLayouts ?? [] },
      visit: { whole, path, visitor in whole[keyPath: property]?.visitState(path, visitor) })
  }

  /// The path of this part of a whole that has the path `whole`; the root's is empty.
  func path(in whole: String) -> String { whole.isEmpty ? name : "\(whole).\(name)" }

  /// The same where paths are wanted.
  func path(in whole: String?) -> String? { whole.map { path(in: $0) } }

  /// The learned numbers of this part of `whole`.
  func parameterCount(of whole: Whole) -> Int {
    var whole = whole
    var count = 0
    visit(&whole, nil) { _, kind, tensor in if kind == .parameter { count += tensor.count } }
    return count
  }
}

// MARK: - Tensors

extension Part {
  /// A tensor that the optimiser learns.
  ///
  /// - Parameter layout: how it lies in files, where that is another way than in the tensor.
  public static func parameter(
    _ name: String, _ property: WritableKeyPath<Whole, Tensor> & Sendable,
    layout: (@Sendable (Whole) -> FileLayout)? = nil
  ) -> Self {
    tensor(name, .parameter, property, layout)
  }

  /// A tensor that follows training, such as batch norm's running mean.
  public static func statistic(_ name: String, _ property: WritableKeyPath<Whole, Tensor> & Sendable) -> Self {
    tensor(name, .statistic, property, nil)
  }

  private static func tensor(
    _ name: String, _ kind: StateKind, _ property: Property<Tensor>, _ layout: (@Sendable (Whole) -> FileLayout)?
  ) -> Self {
    Self(
      name, .none, layouts: { [layout?($0) ?? FileLayout(same: $0[keyPath: property].shape)] },
      visit: { whole, path, visitor in visitor(path ?? "", kind, &whole[keyPath: property]) })
  }
}

// MARK: - Layers

extension Part {
  /// A layer that the outline tells in its own lines, if it has any.
  public static func layer<L: Layer>(_ name: String, _ property: WritableKeyPath<Whole, L> & Sendable) -> Self {
    Self(name, property, .nested { whole, path in whole[keyPath: property].outline(at: path) })
  }

  /// A layer that not every whole has.
  public static func layer<L: Layer>(_ name: String, _ property: WritableKeyPath<Whole, L?> & Sendable) -> Self {
    Self(name, property, .nested { whole, path in whole[keyPath: property]?.outline(at: path) ?? [] })
  }

  /// Any number of layers, known by their numbers from 0, with a line for each in the outline: what it does, and the
  /// shape of its output without the batch.
  public static func layers<L: Layer>(
    _ name: String, _ property: WritableKeyPath<Whole, [L]> & Sendable,
    line: @escaping @Sendable (Whole, Int) -> (operation: String, output: [Int])
  ) -> Self {
    Self(
      name,
      .nested { whole, path in
        whole[keyPath: property].enumerated().map { number, layer in
          let (operation, output) = line(whole, number)
          return LayerOutline("\(path).\(number)", operation, output, layer.parameterCount)
        }
      },
      layouts: { $0[keyPath: property].flatMap(\.fileLayouts) },
      visit: { whole, path, visitor in
        for number in whole[keyPath: property].indices {
          whole[keyPath: property][number].visitState(path.map { "\($0).\(number)" }, visitor)
        }
      })
  }

  /// A layer with a line of its own in the outline: what it does, with its sizes, and the shape of its output without
  /// the batch.
  public static func layer<L: Layer>(
    _ name: String, _ property: WritableKeyPath<Whole, L> & Sendable, _ operation: String,
    output: KeyPath<Whole, [Int]> & Sendable
  ) -> Self {
    Self(name, property, .own(operation: operation) { $0[keyPath: output] })
  }

  /// The same of a layer that not every whole has.
  public static func layer<L: Layer>(
    _ name: String, _ property: WritableKeyPath<Whole, L?> & Sendable, _ operation: String, output: [Int]
  ) -> Self {
    Self(
      name, property,
      .nested { whole, path in
        whole[keyPath: property].map { [LayerOutline(path, operation, output, $0.parameterCount)] } ?? []
      })
  }

  /// A layer whose parameters the outline counts in the line called `line`, as a norm's in its convolution's.
  public static func layer<L: Layer>(
    _ name: String, _ property: WritableKeyPath<Whole, L> & Sendable, countedIn line: String
  ) -> Self {
    Self(name, property, .shared(with: line))
  }

  /// The same of a layer that not every whole has.
  public static func layer<L: Layer>(
    _ name: String, _ property: WritableKeyPath<Whole, L?> & Sendable, countedIn line: String
  ) -> Self {
    Self(name, property, .shared(with: line))
  }

  /// A line of the outline without state of its own, such as a pooling.
  public static func operation(
    _ name: String, _ operation: String, output: KeyPath<Whole, [Int]> & Sendable
  ) -> Self {
    Self(name, .own(operation: operation) { $0[keyPath: output] }, layouts: { _ in [] }, visit: { _, _, _ in })
  }
}
