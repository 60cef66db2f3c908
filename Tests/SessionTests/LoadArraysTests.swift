import ArrayFiles
import CommandLanguage
import Evaluation
import Session
import TestSupport
import Testing

/// `load` of NumPy's files: what it says, what it asks for, and that its command replays.
@Suite struct LoadArraysTests {
  private static func floats(_ values: Float...) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
  }

  private static let files: KeyValuePairs<String, [UInt8]> = [
    "unit.npy": npy("<f4", "2, 2, 2", floats(0.125, 0.5, 1, 0.25, 0.5, 0.75, 1, 1)),
    "wide.npy": npy("<f4", "2, 2, 2", floats(-3, 0.5, 1, 0.25, 0, 0.75, 1, 4.5)),
    "bits.npy": npy("|u1", "2, 2, 2", [0, 1, 0, 1, 1, 1, 0, 0]), "flat.npy": npy("|u1", "2, 9", Array(0..<18)),
    "odd.npy": npy("|u1", "2, 8", Array(0..<16)), "one.npy": npy("|u1", "4, 4, 3", Array(0..<48)),
    "nan.npy": npy("<f4", "1, 2, 2", floats(0, 1, .nan, 0)), "y.csv": Array("cat\ncat\n".utf8),
    "true.npy": npy(
      header: "{'descr': '|u1', 'fortran_order': true, 'shape': (6, 8, 10), }", Array(0..<240) + Array(0..<240)),
    "three.csv": Array("a\nb\nc\n".utf8),
    "u.npz": ZipBuilder(["u.npy": npy("|u1", "1, 2, 2", [1, 2, 3, 4]), "v.npy": []]).bytes,
    "letters-images-idx3-ubyte": [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6],
    "letters-labels-idx1-ubyte": [0, 0, 8, 1, 0, 0, 0, 3, 26, 1, 26],
  ]

  private func session(from stage: Stage = .empty) throws -> TestSession {
    let session = try TestSession(from: stage.state)
    for file in Self.files { session.folder.write(file.key, file.value) }
    return session
  }

  @Test(
    arguments: [
      ("unit.npy", "values from 0.125 to 1: taken as range=0:1, black to white\n", " range=0:1"),
      ("wide.npy", "taken as range=-3:4.5: the least value is black, the greatest white\n", " range=-3:4.5"),
      ("wide.npy range=0:1", "2 of 8 values lie outside range=0:1: they became black or white\n", ""),
      ("bits.npy", "no value is above 1 of 255: if 1 means white, load again with range=0:1\n", ""),
      ("bits.npy range=0:1", "2 images of 2×2, no labels\n", ""),
      ("flat.npy shape=3x3 labels=FOLDER/y.csv", "2 images of 3×3, 1 class\n", ""),
    ])
  func saysWhatWasNotSaidAndReplays(words: String, says: String, told: String) throws {
    let session = try session()
    let line = "load FOLDER/\(words)".replacing("FOLDER", with: session.folder.path)
    #expect(session.run(line) == .succeeded)
    #expect(session.output.hasSuffix(says), "\(session.output)")
    let command = try #require(session.commands.last)
    #expect(command.hasSuffix(told) && command.contains(" count=2"))
    let replay = try TestSession()
    #expect(replay.run(command) == .succeeded)
    #expect(replay.state.dataset?.sha256 == session.state.dataset?.sha256 && replay.commands == [command])
  }

  @Test(
    arguments: [
      ("flat.npy", 6, "found 2 rows of 9 values, of no known height and width: say shape=3x3, or layout=hw if they"),
      ("odd.npy", 6, ": say shape=HxW, or HxWx3 for colour, or layout=hw"),
      ("one.npy", 6, "may be 1 image of 4×4×3 or 4 images of 3×4: say layout=hwc or layout=nhw\n"),
      ("nan.npy", 6, "expected finite numbers, found nan at [0, 1, 0]\n"),
      ("true.npy", 6, "expected True or False in the array's header, found true"),
      ("u.npz", 6, "found u, v: say array=NAME, and labels=NAME if one of them holds labels\n"),
      ("u.npz array=w", 12, "expected an array called w, found u, v\n"),
      ("unit.npy labels=FOLDER/three.csv", 16, "three.csv: expected 2 labels, one for each image of"),
      ("unit.npy labels=FOLDER/none.npy", 16, "none.npy: cannot be read: No such file"),
      ("unit.npy array=x", 15, "(a NumPy array of images) takes no array=, which is for a NumPy archive of arrays\n"),
      ("unit.npy shape=2x2", 15, "shape expected an array of the shape (count, values), found"),
      ("letters-images-idx3-ubyte range=0:1", 32, "takes no range=, which is for a NumPy array of images or a NumPy"),
    ])
  func saysWhatIsWrongAndWhereAndWhatToDo(words: String, column: Int, says: String) throws {
    let session = try session(from: .trained)
    let before = session.state.fingerprint
    // The column is that of the path, or beyond it.
    let folder = session.folder.path
    #expect(session.run("load \(folder)/\(words.replacing("FOLDER", with: folder))") == .failed)
    #expect(session.state.fingerprint == before)
    let place = column == 6 ? 6 : column + folder.utf8.count + 1 + 6
    #expect(
      session.errors.contains(says) && session.errors.split(separator: ": error: ").count == 2, "\(session.errors)")
    #expect(session.errors.hasPrefix("test.ddpm:1:\(place): error: "), "\(session.errors)")
  }

  @Test(
    arguments: [
      ("layout=nchh", "layout needs h and w"), ("shape=28", "shape needs rows x columns"),
      ("range=1:1", "range needs two different numbers"), ("range=0", "range needs two"),
      ("range=0:nan", "range needs two"),
      ("labels=\"\"", "labels needs a path"),
    ])
  func spellingsAreCheckedBeforeAnythingRuns(option: String, says: String) throws {
    let session = try session()
    #expect(session.run("seed 3; load ./x.npy \(option)") == .failed)
    #expect(session.errors.contains(says) && session.state.seed == 0, "\(session.errors)")
  }

  /// The classes that occur, by their own names, also where clusters are counted by them and in what is saved.
  @Test func classesHaveTheirOwnNames() throws {
    let session = try session()
    #expect(session.run("load \(session.folder.path)/letters-images-idx3-ubyte; info") == .succeeded)
    #expect(
      session.output.contains("3 images of 2×1, 2 classes") && session.output.contains("classes    1: 1  26: 2\n"))

    let trained = try TestSession(from: Stage.trained.state)
    let images = try #require(trained.state.dataset?.images)
    let path = trained.folder.write(
      "x.npy", npy("|u1", "\(images.count), \(images.height), \(images.width)", images.pixels))
    let labels = images.count.description + "\n" + (1..<images.count).map { "\($0 % 9 - 4)\n" }.joined()
    trained.folder.write("y.csv", labels)
    #expect(
      trained.run("load \(path) labels=\(trained.folder.path)/y.csv; save \(trained.folder.path)/a.npz") == .succeeded)
    let saved = try NpzArchive(path: "\(trained.folder.path)/a.npz").array("labels")
    #expect(try saved.integers() == [images.count] + (1..<images.count).map { $0 % 9 - 4 })
    // What was saved is read again: its latents as rows of values.
    #expect(trained.run("load \(trained.folder.path)/a.npz array=latents labels=labels shape=2x5") == .succeeded)
    #expect(trained.state.dataset?.labels?.names == (-4...4).map { "\($0)" } + ["\(images.count)"])
  }
}
