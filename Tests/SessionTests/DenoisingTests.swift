import Session
import TestSupport
import Testing

@Suite struct DenoisingTests {
  @Test(arguments: [("ancestral", 400), ("ddim", 50), ("dpm", 20)])
  func eachMethodHasItsSteps(method: String, steps: Int) throws {
    let session = try TestSession(from: Stage.trained.state)
    let picture = "out=\"\(session.folder.path)/picture.png\" overwrite=on"
    for command in ["sample count=1 clusters=0", "reconstruct count=1"] {
      #expect(session.run("\(command) method=\(method) \(picture)") == .succeeded, "\(session.errors)")
      #expect(try session.records().last?["results"]["steps"] == .number(Double(steps)))
    }
    #expect(session.run("sample count=1 clusters=0 method=\(method) steps=3 \(picture)") == .succeeded)
    #expect(try session.records().last?["results"]["steps"] == .number(3))
  }

  @Test func anUnknownMethodIsAnsweredWithTheKnown() throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run("sample method=dmp") == .failed)
    #expect(session.errors.contains("method needs one of ancestral, ddim, dpm, not 'dmp' (did you mean 'dpm'?)"))
  }
}
