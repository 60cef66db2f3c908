import CommandLanguage
import Images
import Session
import TestSupport
import Testing

/// Proves that every option reaches what it sets: with it, a command's record differs from the one without.
@Suite struct OptionTests {
  /// An option, with a command that it changes.
  struct Use: Sendable, CustomTestStringConvertible {
    let verb: String
    let option: String

    var testDescription: String { "\(verb) \(option)=" }

    /// Whether it is one of all commands that draw.
    var isOfFigures: Bool { OptionTests.figures[option] != nil }

    /// What only pictures of points, of curves or with a legend have.
    var isWithoutEffect: Bool {
      let grids: Set = ["images", "sample", "reconstruct", "interpolate", "vary", "denoise"]
      let without: [String: Set<String>] = [
        "pointsize": grids.union(["plot confusion", "plot mixture", "plot schedule", "plot tree"]),
        "alpha": grids.union(["plot confusion", "plot mixture", "plot tree"]),
        // Of what is wrong the colour is the same in any palette, and images beside points need no legend.
        "legend": grids.union(["plot mixture", "plot misclustered", "plot tree"]),
        "palette": grids.union(["plot misclustered"]),
        "subtitle": ["images", "reconstruct", "plot loss", "plot schedule"],
      ]
      return without[option]?.contains(verb) ?? false
    }

    static let all = CommandTable(sessionCommands).entries.flatMap { entry in
      entry.parameters.filter { !$0.isPositional }.map { Use(verb: entry.verb, option: $0.name) }
    }
  }

  /// Figures to put together.
  private static let drawn =
    "plot pca out=FOLDER/1.png; images count=3 out=FOLDER/2.png; plot schedule out=FOLDER/3.png; "

  /// A command that is quick, and the stage it runs at; of models, `model(_:)`.
  private static let base: [String: (Stage, String)] = [
    "load": (.empty, "load strokes count=50"), "images": (.trained, "images count=3 rows=4 by=order"),
    "pretrain": (.modelled, "pretrain epochs=2"),
    "tighten": (.trained, "tighten epochs=2 warm-up=2 renewal=3"),
    "train": (.trained, "train rounds=2"), "mstep": (.trained, "mstep"), "merge": (.trained, "merge"),
    "evaluate": (.trained, "evaluate"), "score": (.trained, "score count=30 steps=2"), "knn": (.trained, "knn k=3"),
    "plot tsne": (.trained, "plot tsne iterations=20 early=20"),
    "tsne": (.trained, "tsne iterations=20 early=20"), "plot pca": (.trained, "plot pca"),
    "plot loss": (.trained, "plot loss"), "plot confusion": (.trained, "plot confusion"),
    "plot misclustered": (.trained, "plot misclustered iterations=20 early=20"),
    "plot mixture": (.trained, "plot mixture"), "plot schedule": (.trained, "plot schedule"),
    "plot tree": (.grown, "plot tree"),
    "plot panels": (.trained, drawn + "plot panels columns=2"), "plot animation": (.trained, drawn + "plot animation"),
    "sample": (.trained, "sample count=2 steps=3"),
    "reconstruct": (.trained, "reconstruct count=4 steps=3"),
    "interpolate": (.trained, "interpolate 1 2 count=3 steps=3"), "vary": (.trained, "vary 1 count=2 steps=3"),
    "denoise": (.trained, "denoise steps=5 columns=3"),
    "replot": (.trained, "plot pca out=FOLDER/first.png; replot"), "save": (.trained, "save FOLDER/session.ddpm"),
    "set": (.empty, "set"), "undo": (.empty, "seed 5; undo"),
  ]

  /// Options that need another command than the others of the verb; FOLDER holds `files`.
  private static let ownBase: [String: (Stage, String)] = [
    "load labels": (.empty, "load FOLDER/x.npy"), "load noise": (.empty, "load moons count=50"),
    "load array": (.empty, "load FOLDER/a.npz"),
    "load layout": (.empty, "load FOLDER/x.npy"), "load shape": (.empty, "load FOLDER/flat.npy shape=2x8"),
    "load range": (.empty, "load FOLDER/x.npy"),
    "tsne from": (.trained, "tsne points=70 iterations=9 early=9; tsne iterations=20 early=20"),
    "tsne add": (.trained, "tsne points=70 iterations=9 early=9; tsne"),
    "plot tsne add": (.trained, "assign strokes count=20; plot tsne iterations=20 early=20 color=cluster"),
    "load order": (.empty, "load FOLDER/many.npy count=5"), "load seed": (.empty, "load FOLDER/many.npy count=5"),
    "load fit": (.empty, "load FOLDER/wide.npy size=4"),
  ]

  private static let files: KeyValuePairs<String, [UInt8]> = [
    "x.npy": npy("|u1", "2, 4, 4", Array(0..<32)), "flat.npy": npy("|u1", "2, 16", Array(0..<32)),
    "many.npy": npy("|u1", "40, 4, 4", (0..<640).map { UInt8(truncatingIfNeeded: $0) }),
    "wide.npy": npy("|u1", "2, 4, 8", Array(0..<64)),
    "y.csv": Array("a\nb\n".utf8),
    "a.npz": ZipBuilder(["x.npy": npy("|u1", "2, 4, 4", Array(0..<32)), "z.npy": npy("|u1", "3, 2, 2", Array(0..<12))])
      .bytes,
  ]

  /// A model that is quickly built.
  private static func model(_ verb: String) -> (Stage, String)? {
    guard verb.hasPrefix("model ") else { return nil }
    let hasChannels = Use.all.contains { $0.verb == verb && $0.option == "channels" }
    // Of images that the preset takes.
    let side = ["model cifar10": 16, "model coil20": 64][verb]
    let line = hasChannels ? "\(verb) channels=8" : verb
    return (.loaded, side.map { "load strokes count=50 size=\($0); \(line)" } ?? line)
  }

  /// Settings that have an effect only beside others, of a verb or of all verbs of its family.
  private static let beside: [String: String] = {
    var settings = [
      "train confidence": "gamma=500 surest=0", "train surest": "gamma=500 confidence=1",
      "mstep confidence": "gamma=500 surest=0", "mstep surest": "gamma=500 confidence=1",
      "tighten confidence": "surest=0", "tighten surest": "confidence=1",
    ]
    for option in ["timesteps", "beta-start", "beta-end"] { settings["model \(option)"] = "schedule=linear" }
    for option in ["rotation", "shrink", "grow", "shear", "shift", "aspect", "flip", "elastic"] {
      settings["model \(option)"] = "motion=on"
    }
    for option in ["partitions", "memory", "kept", "spectral", "capacity"] {
      settings["model \(option)"] = "grouping=graph"
    }
    settings["model reference-side"] = "schedule=shifted"
    settings["model freedom"] = "prior=student"
    settings["model snr-gamma"] = "weighting=min-snr"
    for preset in ["fast", "tuned", "reference", "fashion", "cifar10", "coil20"] {
      settings["model \(preset) neighbours"] = "grouping=graph"
    }
    return settings
  }()

  /// Values that differ from the defaults, of a verb or of all verbs of its family.
  private static let values: [String: String] = [
    "load count": "60", "load split": "test", "load size": "12", "load order": "first", "load seed": "1",
    "load fit": "crop", "load colour": "rgb", "load turn": "left",
    "load labels": "FOLDER/y.csv", "load array": "z", "load layout": "hwn", "load shape": "4x4", "load range": "0:31",
    "load classes": "4", "load imbalance": "3", "load tails": "2", "load overlap": "0.5", "load noise": "0.2",
    "images count": "2", "images rows": "5", "images by": "class", "images cluster": "1",
    "model clusters": "7", "model components": "13", "model latent": "5", "model channels": "16", "model batch": "50",
    "model rate": "0.002", "model clip": "3", "model lambda": "0.7", "model kl": "0.3", "model dropout": "0.4",
    "model responsibilities": "live", "model fit": "sample", "model schedule": "linear", "model timesteps": "77",
    "model ema": "0.99", "model weighting": "min-snr", "model snr-gamma": "3", "model reference-side": "64",
    "model cifar10 range": "unit", "model coil20 range": "unit", "model beta-start": "0.0003", "model beta-end": "0.5",
    "model target": "noise", "model range": "unit",
    "model motion": "off", "model rotation": "33", "model shrink": "0.5", "model grow": "1.5", "model shear": "0.7",
    "model aspect": "0.2", "model flip": "on", "model elastic": "0.1", "model gamma": "30", "model confidence": "0.7",
    "model surest": "0.4", "model shift": "0.4", "model restarts": "9", "model fit-points": "123",
    "model iterations": "17",
    "model tolerance": "0.5", "model floor": "0.3", "model variance": "forward",
    "model grouping": "graph", "model partitions": "5", "model memory": "1", "model spectral": "off",
    "model kept": "0.7", "model capacity": "1.3", "model tuned grouping": "consensus", "model neighbours": "4",
    "model min-distance": "0.25", "model spread": "1.5",
    "model width1": "300", "model width2": "301", "model width3": "302", "model length": "scaled", "model decay": "0.5",
    "model decay-rounds": "3", "model least-rate": "0.001", "model epsilon": "0.01", "model pretraining-batch": "99",
    "model pretraining-rate": "0.01", "model variance-start": "narrow", "model weights": "fitted",
    "model vade rate": "0.004", "model vagan-gmm rate": "0.004", "model autoencoder grouping": "gmm", "knn k": "5",
    "knn space": "pixels",
    "knn format": "csv", "evaluate more": "on", "evaluate sample": "50",
    "model passes": "2", "model encoder-steps": "30", "model encoder-batch": "40", "model generator-rate": "0.003",
    "model encoder-rate": "0.003", "model reconstruction-weight": "2", "model weight-decay": "0.01",
    "model critic-rate": "0.003",
    "model prior": "student", "model freedom": "4", "model generators": "3", "model generator-norms": "on",
    "model raw-epochs": "7",
    "model refinements": "3", "model refinement-epochs": "8", "model epoch-images": "200", "model noise": "0.5",
    "model diversity": "0.6", "model least-change": "2", "model check-epoch": "5", "model check-every": "4",
    "model check-loss": "0.02", "model attempts": "2", "model class-rate": "0.003",
    "plot tree samples": "3", "plot tree number": "2",
    "model deviation": "0.3", "model slope": "0.1", "model noise-weight": "3", "model class-weight": "4",
    "model penalty": "5", "model critic-steps": "3", "model steps": "777", "model beta1": "0.4", "model beta2": "0.95",
    "model epochs": "44", "model negative-samples": "3",
    "pretrain epochs": "1", "pretrain stop": "1:2", "train rounds": "1", "train lambda": "0.3", "train stop": "2:3",
    "train gamma": "500", "train confidence": "0.95", "train surest": "0.9", "mstep gamma": "500",
    "mstep confidence": "0.95", "mstep surest": "0.9",
    "tighten epochs": "3", "tighten gamma": "10", "tighten confidence": "0.95", "tighten surest": "0.9",
    "tighten rate": "0.01", "tighten warm-up": "4", "tighten averaging": "0.05", "tighten renewal": "100",
    "tighten elastic": "0.2", "tighten aspect": "0.3", "tighten flip": "on", "tighten stop": "1:2",
    "train responsibilities": "fixed", "mstep responsibilities": "fixed",
    "mstep lambda": "0.3", "mstep stop": "1:2", "merge by": "demp", "evaluate split": "test",
    "evaluate format": "csv", "plot confusion split": "test", "plot confusion normalise": "on",
    "tsne points": "60", "tsne space": "pixels", "tsne perplexity": "9", "tsne exaggeration": "3", "tsne early": "5",
    "tsne iterations": "30", "tsne from": "previous", "tsne add": "all", "plot pca points": "60",
    "plot pca space": "pixels", "plot pca color": "cluster",
    "plot tsne points": "60", "plot tsne space": "pixels", "plot tsne color": "cluster", "plot tsne perplexity": "9",
    "plot tsne exaggeration": "3", "plot tsne early": "5", "plot tsne iterations": "30",
    "model covariance": "full", "score count": "25", "score neighbours": "1", "score split": "train",
    "score number": "4",
    "score method": "ancestral", "score steps": "3", "score guidance": "2", "score format": "csv",
    "undo keep": "on", "sample count": "3", "sample clusters": "2,1", "sample number": "4",
    "sample method": "ancestral",
    "sample order": "cluster", "sample nearest": "2", "plot tsne marks": "images", "plot tsne add": "assigned",
    "plot misclustered points": "60", "plot misclustered space": "pixels", "plot misclustered perplexity": "9",
    "plot misclustered exaggeration": "3", "plot misclustered early": "5", "plot misclustered iterations": "30",
    "plot misclustered thumbnails": "2", "plot schedule with": "linear", "plot panels columns": "3",
    "plot animation delay": "100",
    "interpolate count": "4", "interpolate through": "z,noise", "interpolate method": "dpm", "interpolate steps": "4",
    "interpolate guidance": "1", "vary count": "3", "vary spread": "2", "vary number": "1", "vary through": "noise",
    "vary method": "dpm", "vary steps": "4", "vary guidance": "1", "denoise clusters": "2,1", "denoise columns": "4",
    "denoise number": "1", "denoise steps": "4", "denoise guidance": "1",
    "sample steps": "4", "sample guidance": "2", "reconstruct count": "5", "reconstruct columns": "2",
    "reconstruct method": "dpm", "reconstruct steps": "4", "reconstruct guidance": "2",
  ]

  /// Those of all commands that draw.
  fileprivate static let figures = [
    "style": "column", "title": "off", "subtitle": "off", "width": "5in", "height": "12cm", "square": "on",
    "font": "monospace", "fontsize": "9", "pointsize": "6", "alpha": "0.3", "legend": "off", "palette": "grey",
    "transparent": "on", "dpi": "100",
  ]

  /// Those of presets that are the published method, where other values than those of `fast` are the defaults.
  private static let published: [String: String] = [
    "responsibilities": "unmoved", "fit": "mean", "schedule": "cosine", "target": "velocity", "range": "symmetric",
    "motion": "on", "variance": "posterior",
  ]

  @Test(arguments: Use.all)
  func reachesWhatItSets(use: Use) throws {
    // Where a file goes and may go, and what a session looks like: OutputFileTests and settings() below.
    // Which cells of a script run: RerunTests. What fit comes to: FitTests. What data must be: ReplayedDataTests. What is
    // restored: SavedStateTests. What verify compares, recover takes, assign writes, fetch asks for, the commands of the
    // store of runs look at, a baseline is fitted with, what only some figures have: tests of their own.
    if ["out", "overwrite", "sidecar"].contains(use.option)
      || ["set", "run", "fit", "restore", "recover", "verify", "assign", "fetch", "runs", "table", "plot runs"]
        .contains(use.verb)
      || use.verb.hasPrefix("baseline ") || use.isWithoutEffect
    {
      return
    }
    let name = "\(use.verb) \(use.option)"
    // The figures that are last are named by what was performed: FigureCommandTests.
    if ["load sha256", "load data", "plot panels last", "plot animation last"].contains(name) { return }
    var (stage, line) = try #require(
      Self.ownBase[name] ?? Self.base[use.verb] ?? Self.model(use.verb), "a quick command is needed for \(use.verb)")
    let family = use.verb.hasPrefix("model ") ? "model" : use.verb
    if let setting = Self.beside[name] ?? Self.beside["\(family) \(use.option)"] { line += " " + setting }
    let preset = use.verb.split(separator: " ").last.map(String.init) ?? ""
    let isPublished = family == "model" && ["reference", "fashion", "cifar10", "coil20"].contains(preset)
    let published = isPublished ? Self.published[use.option] : nil
    let value =
      (use.isOfFigures ? Self.figures[use.option] : nil) ?? Self.values[name] ?? published
      ?? Self.values["\(family) \(use.option)"]
    let option = "\(use.option)=\(try #require(value, "a value is needed for \(name)="))"
    let without = try outcome(stage, line)
    let words = line.split(separator: " ").filter { !$0.hasPrefix(use.option + "=") }
    let with = try outcome(stage, words.joined(separator: " ") + " " + option)
    #expect(with.command != without.command)
    #expect(with.command.split(separator: " ").contains { $0 == option }, "\(with.command)")
    // A model's configuration is read back from the model: its command is its result.
    if family != "model" { #expect(with.found != without.found) }
  }

  /// The command as performed, and all that came of it but times.
  private func outcome(_ stage: Stage, _ line: String) throws -> (command: String, found: [String]) {
    let session = try TestSession(from: stage.state)
    let takesPicture = CommandTable(sessionCommands).entries.contains { entry in
      line.hasPrefix(entry.verb) && entry.parameters.contains { $0.name == "out" }
    }
    let path = "\(session.folder.path)/picture.png"
    if line.contains("FOLDER") { for file in Self.files { session.folder.write(file.key, file.value) } }
    let line = line.replacing("FOLDER", with: session.folder.path)
    #expect(session.run(takesPicture ? "\(line) out=\"\(path)\"" : line) == .succeeded, "\(session.errors)")
    let record = try #require(try session.records().last)
    let results = record["results"].dropping(["seconds", "imagesPerSecond"])
    // A file says how it was made: what counts is what it shows, and of an animation for how long.
    var picture = ""
    if takesPicture {
      let bytes = session.folder.bytes("picture.png")
      picture = "\(try PNGImage(decoding: bytes, over: .black).hashed)"
      if let control = bytes.indices.first(where: { bytes[$0...].starts(with: "fcTL".utf8) }) {
        picture += " \(Array(bytes[control..<control + 30]))"
      }
    }
    return (
      try #require(record["command"].string).replacing(" out=\(path)", with: "")
        .replacing(session.folder.path, with: "FOLDER"),
      // What training prints has rates in it, which differ from run to run.
      [
        "\(results.sorted)", picture,
        ["evaluate", "knn", "score"].contains(where: line.hasPrefix) ? session.output : "",
      ]
        + session.state.learnt
    )
  }

  @Test func settings() throws {
    let session = try TestSession()
    #expect(session.run("set data=/d keep-going=on") == .succeeded)
    #expect(session.state.settings.dataFolder == "/d")
    #expect(session.state.settings.keepsGoing)
    #expect(session.run("set threads=3 jobs=2; set") == .succeeded)
    #expect(
      session.output
        == "threads=3\njobs=2\ndata=/d\nshards=1\nkeep-going=on\ninline=auto\njournal=on\nruns=on\nrecord=\(session.folder.path)/record.jsonl\n"
    )
    // With a space, as gnuplot has it.
    #expect(session.run("set inline off keep-going off") == .succeeded)
    #expect(session.state.settings.inline == .off && !session.state.settings.keepsGoing)
    for (line, message) in [
      ("set inlin off", "set has no option 'inlin' (did you mean 'inline'?)"),
      ("set inline", "expected a value after inline: one of auto, on, off"),
      ("set inline of", "inline needs one of auto, on, off, not 'of' (did you mean 'off'?)"),
    ] {
      session.errors = ""
      #expect(session.run(line) == .failed)
      #expect(session.errors.contains(message))
    }
  }
}

extension PNGImage {
  /// What tells it from others.
  fileprivate var hashed: Int { (pixels.hashValue ^ width << 20) ^ (pixelsPerMetre ?? 0) << 40 }
}

extension JSON {
  /// The value as text, members in the order of their names.
  fileprivate var sorted: String {
    switch self {
    case .object(let members):
      "{" + members.keys.sorted().map { "\($0): \(members[$0]!.sorted)" }.joined(separator: ", ") + "}"
    case .array(let values): "[" + values.map(\.sorted).joined(separator: ", ") + "]"
    default: "\(self)"
    }
  }
}
