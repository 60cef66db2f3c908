import TestSupport
import Testing

/// A script whose file would be refused says so before its first command, however it comes in.
@Suite struct ForeseenFilesTests {
  private let folder = ScratchFolder()
  private var tool: Tool { Tool(in: folder) }
  private static let script = "load strokes count=50\nimages out=photo.png\n"

  private func expectRefused(_ result: Tool.Result, _ place: String, sourceLocation: SourceLocation = #_sourceLocation)
  {
    let transcript = """
      \(place): error: photo.png exists and was not written by this tool, or was edited since: choose another file, or say \
      overwrite=on
        images out=photo.png
                   ^~~~~~~~~

      """
    #expect(result.errors == transcript, sourceLocation: sourceLocation)
    #expect(result.status == 1 && result.output == "", "nothing ran", sourceLocation: sourceLocation)
    #expect(folder.text("photo.png") == "mine", sourceLocation: sourceLocation)
  }

  @Test func fromAFileAPipeAndACommandLine() throws {
    folder.write("photo.png", "mine")
    folder.write("a.ddpm", Self.script)
    expectRefused(try tool.run("a.ddpm"), "a.ddpm:2:12")
    expectRefused(try tool.run("--keep-going", "a.ddpm"), "a.ddpm:2:12")
    expectRefused(try tool.run(input: Self.script), "<stdin>:2:12")
    expectRefused(try tool.run("-c", Self.script), "<command line>:2:12")
    let run = try tool.run("-c", "seed 3; run a.ddpm")
    #expect(run.status == 1 && run.output == "" && run.errors.contains("a.ddpm:2:12: error: photo.png exists"))
    // Only what is run is looked at so: a check alone may be on another machine.
    #expect(try tool.run("--check", "a.ddpm").status == 0)
    #expect(try tool.run("-c", Self.script.replacing("out=photo.png", with: "out=photo.png overwrite=on")).status == 0)
    #expect(try tool.run("a.ddpm").status == 0, "it is this tool's own now")
  }
}
