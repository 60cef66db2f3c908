// The whole program is in the types beside this file.
// The command line takes any word for a script, so the one that asks for another tool is looked for first.
if CommandLine.arguments.dropFirst().first == ConvertTool.verb {
  ConvertTool.main(Array(CommandLine.arguments.dropFirst(2)))
} else {
  CommandLineTool.main()
}
