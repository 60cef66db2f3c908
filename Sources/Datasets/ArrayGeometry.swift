import ArrayFiles
import Images

/// How the elements of an array make images: their sizes, and where each element's byte goes.
struct ArrayGeometry: Equatable {
  let count: Int
  let height: Int
  let width: Int
  let channelCount: Int
  /// How each axis moves through pixels of the order [image, row, column, channel].
  let steps: [[StoredArray.Steps]]

  var pixelCount: Int { count * height * width * channelCount }

  var imageShape: ImageShape { ImageShape(height: height, width: width, channels: channelCount) }

  /// Takes the axes as `selection` says, or as they can be told.
  ///
  /// - Parameter file: what errors call the array.
  init(of array: StoredArray, _ selection: DatasetSelection, file: String) throws(DatasetError) {
    // The shape with the flat axis, if there is one, taken apart.
    let (layout, shape) =
      array.shape.count == 2 && selection.layout?.axes.count != 2
      ? try Self.flat(array.shape, selection, file: file)
      : (try Self.layout(of: array.shape, selection, file: file), array.shape)
    func length(_ axis: AxisLayout.Axis) -> Int { layout.axes.firstIndex(of: axis).map { shape[$0] } ?? 1 }
    (count, height, width) = (length(.images), length(.rows), length(.columns))
    channelCount = length(.channels)
    guard shape.allSatisfy({ $0 > 0 }) else {
      throw .unsupported(
        file: file, expected: "at least one image with at least one pixel",
        found: "the shape \(ArrayFileError.words(for: array.shape))")
    }
    guard [1, 3].contains(channelCount) else {
      throw .unsupported(
        file: file, expected: "images of 1 or 3 channels",
        found: "\(channelCount) by the layout \(layout) of the shape \(ArrayFileError.words(for: array.shape))")
    }
    let distances = [
      AxisLayout.Axis.images: height * width * channelCount, .rows: width * channelCount, .columns: channelCount,
      .channels: 1,
    ]
    let each = zip(layout.axes, shape).map { StoredArray.Steps(count: $1, distance: distances[$0]!) }
    steps = each.count == array.shape.count ? each.map { [$0] } : [[each[0]], Array(each.dropFirst())]
  }

  /// The layout of an array whose axes are those of images.
  private static func layout(
    of shape: [Int], _ selection: DatasetSelection, file: String
  ) throws(DatasetError) -> AxisLayout {
    guard selection.shape == nil else {
      throw .badOption(
        option: "shape", expected: "an array of the shape (count, values)",
        found: "\(file) of the shape \(ArrayFileError.words(for: shape))")
    }
    if let layout = selection.layout {
      guard layout.axes.count == shape.count else {
        throw .badOption(
          option: "layout", expected: "a letter for each of the \(shape.count) axes of \(file)",
          found: "\(layout) for the shape \(ArrayFileError.words(for: shape))")
      }
      return layout
    }
    func isChannels(_ axis: Int) -> Bool { [1, 3].contains(shape[axis]) }
    switch shape.count {
    // Images that are three pixels wide are rarer than one image in colour.
    case 3 where isChannels(2):
      throw .ambiguousLayout(file: file, shape: shape, layouts: ["hwc", "nhw"])
    case 3: return AxisLayout("nhw")!
    case 4 where isChannels(1) && isChannels(3):
      throw .ambiguousLayout(file: file, shape: shape, layouts: ["nhwc", "nchw"])
    case 4 where isChannels(3): return AxisLayout("nhwc")!
    case 4 where isChannels(1): return AxisLayout("nchw")!
    case 4:
      throw .unsupported(
        file: file,
        expected: "images of 1 or 3 channels, (count, height, width, channels) or (count, channels, "
          + "height, width)", found: "the shape \(ArrayFileError.words(for: shape))")
    default:
      throw .unsupported(
        file: file, expected: "images: (count, height, width), these with 1 or 3 channels, or flat (count, values)",
        found: "the shape \(ArrayFileError.words(for: shape))")
    }
  }

  /// Images of one flat axis each, which `shape=` takes apart: rows, columns and channels in this order, or planes
  /// where `layout=` says so.
  private static func flat(
    _ shape: [Int], _ selection: DatasetSelection, file: String
  ) throws(DatasetError) -> (AxisLayout, [Int]) {
    guard let size = selection.shape else { throw .flatImages(file: file, shape: shape) }
    guard size.valueCount == shape[1] else {
      throw .badOption(
        option: "shape", expected: "\(shape[1]) values, as many as an image of \(file) has",
        found: "\(size), which has \(size.valueCount)")
    }
    let layout = selection.layout ?? AxisLayout("nhwc")!
    guard layout.axes.first == .images, layout.axes.count == 4 || size.channelCount == 1 else {
      throw .badOption(
        option: "layout", expected: "n, then the axes of an image of shape=\(size), such as nhwc or nchw",
        found: "\(layout)")
    }
    let lengths = layout.axes.dropFirst().map { axis in
      switch axis {
      case .rows: size.height
      case .columns: size.width
      default: size.channelCount
      }
    }
    return (layout, [shape[0]] + lengths)
  }
}
