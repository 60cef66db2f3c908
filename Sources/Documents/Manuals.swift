import Session

extension ProgramManual {
  private static let usersFolders = [
    (name: "XDG_CACHE_HOME", meaning: "Holds ddpm-repl/, where data sets and decoded pixels are kept; else ~/.cache."),
    (name: "XDG_CONFIG_HOME", meaning: "Holds ddpm-repl/rc.ddpm; else ~/.config."),
    (name: "XDG_DATA_HOME", meaning: "Holds ddpm-repl/, where the store of runs is; else ~/.local/share."),
    (name: "XDG_STATE_HOME", meaning: "Holds ddpm-repl/, for history and kept sessions; else ~/.local/state."),
  ]
  private static let computing = [
    (
      name: "DDPM_DATA",
      meaning: "Where data sets are, where neither --data nor set data= says so; else ./data and the cache folder."
    ),
    (
      name: "DDPM_INSTRUCTIONS",
      meaning: "The vector instructions to compute with: avx512, avx2 or baseline. Results do not depend on them."
    ),
  ]
  private static let keptFiles = [
    (path: "~/.config/ddpm-repl/rc.ddpm", meaning: "The start-up file: commands that run before the first prompt."),
    (path: "~/.local/state/ddpm-repl/sessions/", meaning: "Sessions that run or were cut off, which recover takes up."),
    (path: "~/.local/share/ddpm-repl/runs.sqlite", meaning: "The store of runs: scores with what led to them."),
    (path: "~/.cache/ddpm-repl/", meaning: "Data sets that fetch brought, and decoded pixels of large ones."),
  ]

  /// - Parameter help: what the program's command line says of itself, as JSON.
  static func repl(help: String) -> ProgramManual {
    ProgramManual(
      name: "ddpm-repl", help: help,
      remarks: """
        It implements ClusterDDPM: a diffusion model whose latent space has a mixture of Gaussians as its prior, trained by \
        EM. ddpm(5) describes the commands.
        """,
      environment: computing + [
        (name: "NO_COLOR", meaning: "No colours, where it is set."),
        (name: "PAGER", meaning: "Shows help that is longer than the window; else less -FRX."),
        (name: "TERM", meaning: "The terminal; on a dumb one, output is as with --batch."),
        (name: "TMPDIR", meaning: "Where passing files go; else /tmp."),
      ] + usersFolders,
      files: [
        (
          path: "~/.inputrc", meaning: "Settings of the prompt's editing; $if ddpm begins lines for this program alone."
        ),
        (path: "~/.local/state/ddpm-repl/history", meaning: "What was entered."),
      ] + keptFiles + [
        (
          path: "PREFIX/share/ddpm-repl/notebooks/",
          meaning: "Notebooks to begin with; PREFIX is where it is installed, /usr/local for one."
        )
      ],
      examples: [
        (line: "ddpm-repl", says: "Type commands; help start gives a first session"),
        (line: "ddpm-repl notebooks/mnist.ddpm", says: "Replay a notebook"),
        (line: "ddpm-repl -p seed=1 notebooks/mnist.ddpm", says: "With another value for its \"default seed = 0\""),
        (line: "ddpm-repl -i -c 'load strokes count=500; info'", says: "Run a command line and stay at the prompt"),
        (line: "ddpm-repl --check notebooks/*.ddpm", says: "Only look for mistakes"),
        (
          line: "ddpm-repl -c 'restore x.safetensors data=none\n> assign scans/ out=scans.csv'",
          says: "Clusters of new images from a saved model"
        ),
      ],
      topics: [HelpTopic.keys], seeAlso: ["ddpm-kernel 1", "readline 3", "ddpm 5"])
  }

  /// - Parameter help: what the program's command line says of itself, as JSON.
  static func kernel(help: String) -> ProgramManual {
    ProgramManual(
      name: "ddpm-kernel", help: help,
      remarks: """
        Jupyter starts it with a connection file, in which stand the addresses to listen at and the key of the messages. \
        Tables are shown as HTML, figures in the page, progress as one display that changes; an interruption is a \
        Ctrl-C at the prompt of ddpm-repl(1). ddpm(5) describes the commands.
        """,
      environment: computing + [
        (name: "JUPYTER_DATA_DIR", meaning: "Where install --user puts the kernel; else jupyter/ in XDG_DATA_HOME.")
      ] + usersFolders,
      files: [
        (
          path: "PREFIX/share/jupyter/kernels/ddpm/",
          meaning: "By what Jupyter knows the kernel, where --prefix is given."
        ),
        (path: "~/.local/share/jupyter/kernels/ddpm/", meaning: "The same for one user."),
      ] + keptFiles,
      examples: [
        (line: "ddpm-kernel install --user", says: "Make the kernel known to Jupyter"),
        (
          line: "ddpm-kernel install --prefix \"$VIRTUAL_ENV\" --data ~/data",
          says: "In a Python environment, with its data sets"
        ),
        (line: "jupyter console --kernel ddpm", says: "Talk to it"),
      ], seeAlso: ["ddpm-repl 1", "ddpm 5"])
  }
}
