extension Canvas {
  /// `text` in lines of at most `width` points, broken at spaces, behind commas and dashes, and within words that are
  /// wider by themselves.
  ///
  /// A text for which `most` lines are too few has no room, nor one with a word that had to be broken where that is not the
  /// only way left: the figure is drawn with smaller text, or refused.
  package func wrapped(_ text: String, font: Font, width: Double, most: Int = .max) -> [String] {
    // A hair of tolerance, so that a text measured to set a width fits that width.
    let limit = width + 1e-6
    if self.width(of: text, font: font) <= limit { return text.isEmpty ? [] : [text] }
    var lines: [String] = []
    for piece in Self.pieces(of: text) {
      if let last = lines.last, self.width(of: (last + piece).trimmed, font: font) <= limit {
        lines[lines.count - 1] = last + piece
      } else if self.width(of: piece.trimmed, font: font) <= limit {
        lines.append(piece)
      } else {
        lines += parts(of: piece, font: font, width: limit)
        hasBrokenWords = true
        if most != .max, font.size > Font.leastSize + 0.01 { refuse(.noRoom(.tooLong(text), size: size)) }
      }
    }
    lines = lines.map(\.trimmed).filter { !$0.isEmpty }
    if lines.count > most { refuse(.noRoom(.tooLong(text), size: size)) }
    return lines
  }

  /// Words with what parts them from the next; signs of scripts without spaces each by itself.
  private static func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var ends = true
    for character in text {
      let isWhole = character.unicodeScalars.first.map { (0x2E80...0x9FFF).contains($0.value) } ?? false
      if ends || isWhole { pieces.append(String(character)) } else { pieces[pieces.count - 1].append(character) }
      ends = isWhole || [" ", "-", "–", "—", "/", "_", ",", ";"].contains(character)
    }
    // Spaces go with what is before them.
    return pieces.reduce(into: []) { result, piece in
      if piece == " ", !result.isEmpty { result[result.count - 1] += piece } else { result.append(piece) }
    }
  }

  /// A word in parts that are as long as they may be.
  private func parts(of word: String, font: Font, width: Double) -> [String] {
    var parts: [String] = []
    var rest = Array(word)
    while !rest.isEmpty {
      var (fitting, tooLong) = (1, rest.count + 1)
      while tooLong - fitting > 1 {
        let middle = (fitting + tooLong) / 2
        if self.width(of: String(rest.prefix(middle)).trimmed, font: font) <= width {
          fitting = middle
        } else {
          tooLong = middle
        }
      }
      parts.append(String(rest.prefix(fitting)))
      rest.removeFirst(fitting)
    }
    return parts
  }

  /// `text` as one line of at most `width` points; one that is longer has no room, as of `wrapped`.
  ///
  /// What is returned then has its end, or with `keepsEnd` its middle, left out: only for the trial in which that is noticed.
  public func elided(_ text: String, font: Font, width: Double, keepsEnd: Bool = false) -> String {
    let limit = width + 1e-6
    if self.width(of: text, font: font) <= limit { return text }
    refuse(.noRoom(.tooLong(text), size: size))
    let characters = Array(text)
    var fitting = 0
    var tooLong = characters.count
    func candidate(_ count: Int) -> String {
      let endCount = keepsEnd ? count / 2 : 0
      let beginning = String(characters.prefix(count - endCount)).trimmed
      return beginning + "…" + String(characters.suffix(endCount).drop { $0 == " " })
    }
    while tooLong - fitting > 1 {
      let middle = (fitting + tooLong) / 2
      if self.width(of: candidate(middle), font: font) <= limit { fitting = middle } else { tooLong = middle }
    }
    let result = candidate(fitting)
    return self.width(of: result, font: font) <= limit ? result : ""
  }

  /// The width of the widest of `texts`, in points; 0 for none.
  func widest(_ texts: some Sequence<String>, font: Font) -> Double {
    texts.reduce(0) { max($0, width(of: $1, font: font)) }
  }

  /// Draws lines one below another. The block lies at the anchor as `draw` lays one line; with `isTurned` lines go upwards,
  /// each to the right of the one before.
  func draw(
    lines: [String], at anchor: Point, font: Font, colour: Colour, horizontal: TextAlignment = .start,
    vertical: TextAlignment = .start, isTurned: Bool = false
  ) {
    let height = lineHeight(font)
    let extra = Double(lines.count - 1) * height
    let first: Double =
      switch vertical {
      case .start: 0
      case .middle: -extra / 2
      case .end: -extra
      }
    for (index, line) in lines.enumerated() {
      let offset = first + Double(index) * height
      let place = isTurned ? Point(anchor.x + offset, anchor.y) : Point(anchor.x, anchor.y + offset)
      draw(
        line, at: place, font: font, colour: colour, horizontal: horizontal, vertical: vertical, isTurned: isTurned)
    }
  }
}

extension String {
  /// Without spaces at its ends.
  var trimmed: String {
    var result = self[...].drop { $0 == " " }
    while result.last == " " { result.removeLast() }
    return String(result)
  }
}
