/// The scripts that a check came upon.
struct ScriptsLookedInto {
  enum Look {
    case going
    /// With the files that it writes whatever the variables are.
    case done(height: Int, assigned: Set<String>?, written: [WrittenFile])
    /// And that was told.
    case tooDeep
  }

  private var looks: [String: Look] = [:]
  /// By their identity; each is read and parsed once.
  private var scripts: [String: Script] = [:]
  /// Bytes that may still be read, and bytes of cells that may still be looked into: cells can be chosen in many ways.
  private var readable = 2 << 20
  private var checkable = 4 << 20
  /// How often there was a script that nothing is known of.
  var unknownCount = 0

  subscript(key: String) -> Look? {
    get { looks[key] }
    set { looks[key] = newValue }
  }

  mutating func script(_ reference: ScriptReference) -> Script? {
    if scripts[reference.identity] == nil {
      guard readable > 0, let source = reference.read() else { return nil }
      readable -= source.bytes.count + 1
      scripts[reference.identity] = Script(parsing: source)
    }
    var script = scripts[reference.identity]!
    if !reference.cells.isEmpty {
      guard reference.cells.allSatisfy({ script.cell($0) != nil }) else { return nil }
      script = script.selecting(Set(reference.cells))
    }
    guard checkable > 0 else { return nil }
    checkable -= script.cells.reduce(0) { $0 + $1.range.count }
    return script
  }
}
