/// What every pixel of an image holds.
public enum PixelColour: String, Sendable, CaseIterable {
  /// One value.
  case grey
  /// Red, green and blue.
  case rgb
}

extension ImageSet {
  /// The images made grey, or coloured, where they are not: of one or three channels.
  ///
  /// Grey is 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601), rounded, on the bytes as they stand; a grey image gets
  /// three equal channels.
  public func coloured(_ colour: PixelColour) -> ImageSet {
    let channels = colour == .grey ? 1 : 3
    if channels == channelCount { return self }
    precondition([1, 3].contains(channelCount), "images of \(channelCount) channels are neither grey nor coloured")
    let pixelCount = height * width
    let converted = [UInt8](unsafeUninitializedCapacity: count * pixelCount * channels) { output, initialised in
      for image in 0..<count {
        withImage(image) { input in
          let output = UnsafeMutableBufferPointer(
            rebasing: output[image * pixelCount * channels..<(image + 1) * pixelCount * channels])
          for pixel in 0..<pixelCount {
            switch colour {
            case .grey:
              let (red, green, blue) = (Int(input[3 * pixel]), Int(input[3 * pixel + 1]), Int(input[3 * pixel + 2]))
              output[pixel] = UInt8((19595 * red + 38470 * green + 7471 * blue + 1 << 15) >> 16)
            case .rgb:
              for channel in 0..<3 { output[3 * pixel + channel] = input[pixel] }
            }
          }
        }
      }
      initialised = count * pixelCount * channels
    }
    return ImageSet(count: count, height: height, width: width, channelCount: channels, pixels: converted)
  }
}
