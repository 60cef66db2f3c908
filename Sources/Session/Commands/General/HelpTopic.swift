import CommandLanguage
import Datasets

/// Something that help explains and that is no command.
public struct HelpTopic: Sendable {
  public let name: String
  public let summary: String
  /// Paragraphs; between them blocks of indented lines, each a term and, behind three spaces or more, what it means.
  let text: String

  /// Columns that a text fills at most.
  private static let widest = 80

  /// A part of the text.
  public enum Block: Sendable {
    case paragraph(String)
    /// Lines, each a term and what it means.
    case rows([(term: String, meaning: String)])
  }

  /// The text in its parts.
  public var blocks: [Block] {
    text.split(separator: "\n", omittingEmptySubsequences: false).split(separator: "").map { lines in
      lines.allSatisfy { $0.hasPrefix("  ") }
        ? .rows(Self.rows(lines.map { String($0.dropFirst(2)) })) : .paragraph(lines.joined(separator: " "))
    }
  }

  /// The text laid out for `width` columns, without the last newline.
  func text(width: Int) -> String {
    let width = min(width, Self.widest)
    return blocks.map { block in
      switch block {
      case .paragraph(let text): TextWrap.paragraph(text, width: width)
      case .rows(let rows): TwoColumns.text(rows.map { ($0.term, $0.meaning) }, width: width)
      }
    }
    .joined(separator: "\n").droppingLastNewline
  }

  /// Terms and meanings; a line that begins far to the right goes on with the meaning above it.
  private static func rows(_ lines: [String]) -> [(term: String, meaning: String)] {
    var rows: [(term: String, meaning: String)] = []
    for line in lines {
      let margin = line.prefix { $0 == " " }
      if margin.count >= 6, !rows.isEmpty {
        rows[rows.count - 1].meaning += line.dropFirst(margin.count - 1)
      } else if let gap = line.dropFirst(margin.count).firstRange(of: "   ") {
        rows.append((String(line[..<gap.lowerBound]), String(line[gap.upperBound...].drop { $0 == " " })))
      } else {
        rows.append((line, ""))
      }
    }
    return rows
  }

  public static let all = [start, language, notebooks, training, pictures, sessions, keys, data]

  public static let start = HelpTopic(
    name: "start", summary: "a first session of a minute or two",
    text: """
      Type these one after the other:

        load strokes count=6000    ten digit shapes, drawn here: no files needed
        images                     look at them: writes images.png
        model fast components=40   a small network, with several components a cluster
        pretrain epochs=4          let it learn to draw the images
        train rounds=2             find the clusters, without looking at the labels
        evaluate                   compare the clusters with the labels
        plot tsne points=2000      see them: writes tsne.png
        sample                     images it dreams up, a row a cluster
        images by=uncertain        the images that it is least sure of
        save first.ddpm            all of this as a script that replays

      Each command has more to it: help train, for instance. Tab completes commands,
      options and their values; status tells where you are and what could come next.
      """)

  public static let language = HelpTopic(
    name: "language", summary: "values, variables, loops, cells",
    text: #"""
      A command is a verb, its values, then options as name=value, without spaces
      around the '='. A new line or a ';' ends it, '\' at the end of a line goes on.

        train rounds=5 lambda=0.1      # a comment
        let lambda = 0.1               a variable: $lambda, or ${lambda} inside a text
        default seed = 0               the same, unless -p seed=N set it before
        for lambda in 0.01 0.1 {       a block, once for each value
          sample out="figures/samples-$lambda.png"
        }
        repeat 3 { train; evaluate }   $i counts from 1
        if $quick { let rounds = 1 }   a block, where the value is on and not off
        sweep lambda=0.1,1 { train lambda=$lambda; evaluate }
                                       every combination, each from the same start
        print "${evaluate.accuracy} at ${train.loss}"
                                       what the last evaluate found, and the last round

      Texts with spaces stand in quotes: "…" knows \n \t \" \\ \$ and variables,
      '…' takes everything as it is. A list is written 1,2,3. Numbers: 3, -2, 1e-3,
      70_000. on and off are yes and no.
      """#)

  public static let notebooks = HelpTopic(
    name: "notebooks", summary: "scripts in cells, run whole or in part",
    text: """
      A script is a file of commands; lines that start with '# %%' cut it into cells,
      as editors and jupytext know them, and '# %% [markdown]' opens a cell of text.

        cells notebooks/mnist.ddpm            the cells with their numbers
        run notebooks/mnist.ddpm              all of it, in this session
        run notebooks/mnist.ddpm cells=1,2    some of it
        history                               what was entered here, by number
        rerun 3                               entry 3 once more

      From outside: ddpm-repl FILE replays it, -p NAME=VALUE sets what it leaves open
      by 'default NAME = …', -i stays at a prompt after it, --check only reads it.
      What is to run is checked, with the scripts that it runs, before it begins.

        save a.ipynb    what was entered, with texts, tables and pictures
        save a.html     the same as a page
        run a.ipynb     a notebook of Jupyter's, as ddpm-repl FILE does

      ddpm-repl convert a.ddpm a.ipynb makes a notebook of a script, and back, byte for
      byte, or a page; nothing runs. ddpm-repl --check --format=json FILE tells editors
      what is wrong.

      papermill sets parameters once 'pip install ./papermill' has taught it the
      language: papermill -p seed 1 in.ipynb out.ipynb. A cell that holds nothing but
      'default NAME = VALUE' is the one that it calls parameters.
      """)

  public static let training = HelpTopic(
    name: "training", summary: "the model, its loss, and what to turn when it does not work",
    text: """
      An encoder maps an image to a latent z, a diffusion model draws the image from
      z, a mixture of Gaussians is the prior of z; its components are the clusters.

        pretrain   both networks, with N(0, I) as the prior (loss + kl · prior)
        train      rounds of EM: an epoch of Adam on reconstruction + lambda · prior,
                   then every image is encoded and the mixture fitted anew
        merge      from components= to clusters= for good

      model kmeans, gmm, umap and spectral find clusters among the pixels, without a
      network: train is all that they need. umap is the one to beat.

      Clusters fall together: a smaller lambda=, more pretraining, more components.
      Clusters stay mixed: more rounds, a larger lambda=. The loss becomes NaN: a
      smaller rate=. Ctrl-C finishes the step and keeps what was learnt; undo takes
      the last command back. Labels only score and colour: nothing trains on them.

      After an epoch or round lines that begin with 'warning:' say what looks wrong,
      without labels, and what to try; status repeats the last ones.
      """)

  static let pictures = HelpTopic(
    name: "pictures", summary: "files, formats and pictures in the terminal",
    text: """
      images, sample, reconstruct and plot write a file and show it in the terminal.

        out=figures/a.png    where; .png, .pdf and .svg by the ending
        style=column         sizes for a paper's column; also page, slides, notebook
        overwrite=on         replace a file that this tool did not write
        set inline off       no pictures in the terminal; auto: where they can be
                             shown in colour; on: in plain characters at the least

      Terminals that know kitty's, iTerm2's or sixel graphics get the picture itself,
      others block characters. Nothing is shown where the output is no terminal.
      """)

  static let sessions = HelpTopic(
    name: "sessions", summary: "saving, replaying, undoing",
    text: """
      save work.ddpm writes the commands that led here, loops unrolled, defaults
      spelled out, what they found below them. The same script and seed give the same
      bytes on every machine.

        seed 1           decides every random draw of models built from now on
        status           what is loaded, trained and unsaved
        undo             back to before the last command, or loop, that changed
                         something; undo 3 goes further, redo takes it back
        ddpm-repl --record out.jsonl FILE    one JSON line a command
        set record=out.jsonl                 the same from here on

      Drawing and sampling never change what a later training does.
      """)

  public static let keys = HelpTopic(
    name: "keys", summary: "editing, history, completion, interrupting",
    text: """
        Tab         completes verbs, options, values, variables, file names
        Up, ^R      earlier entries, of earlier sessions too; ^R searches
        ^C          at the prompt: clears the line. In training: finishes the step
                    and keeps what was learnt; twice: back to the last full round
        ^D          leaves; asks first if something is unsaved

      Several lines can be pasted at once and are one entry. Editing is readline's:
      ~/.inputrc applies, with '$if ddpm' for lines that are for this program alone.
      Commands in ~/.config/ddpm-repl/rc.ddpm run before every first prompt.
      """)

  static let data = HelpTopic(
    name: "data", summary: "data sets and where they are looked for",
    text: """
      datasets lists what there is. strokes is drawn here and needs no files. Others
      are looked for in the folder of --data or 'set data', else in that of DDPM_DATA,
      else in ./data, then in ~/.cache/ddpm-repl, each in a folder of its name:

      \(knownFiles)

      idx and CIFAR files may also be compressed (.gz). 'fetch NAME' downloads a set.
      load path/to/it reads files from anywhere: 'help load' says which.
      """)

  /// The first file of every set that is read from files.
  private static var knownFiles: String {
    KnownDataset.firstFiles.map { "  data/\($0)" }.joined(separator: "\n")
  }
}
