extension NotebookPage {
  /// How pages look: narrow and wide, light and dark, on paper.
  static let style = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --ink: #1d2733; --muted: #5c6875; --line: #dfe5eb; --field: #f5f7f9; --accent: #1f6a94;
      --mark: #c46a1c; --wrong: #a3261b; --wrong-field: #fdf0ee;
      --keyword: #7a3aa8; --verb: #0b5394; --option: #87460c; --number: #0c6b4f; --string: #2c6a1e; --variable: #a3360f;
      --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --paper: #12171d; --ink: #dbe2e9; --muted: #94a1ae; --line: #2a333d; --field: #1a2129; --accent: #7db9dd;
        --mark: #f2a65a; --wrong: #ff9d91; --wrong-field: #2d1917;
        --keyword: #c9a1ee; --verb: #86bdf2; --option: #e5b27a; --number: #7fd1b0; --string: #a3d08c; --variable: #f2a284;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
    }
    main { min-width: 0; max-width: 53rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
    h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; overflow-wrap: break-word; }
    h1 { font-size: 2rem; letter-spacing: -.01em; margin: .25rem 0 1rem; }
    h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
    h3 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
    p, ul, ol { margin: .75rem 0; }
    li > ul, li > ol { margin: 0; }
    .text { overflow-wrap: break-word; }
    .text > :not(h1, h2, h3, h4) { max-width: 46rem; }
    .text li:has(> input) { list-style: none; margin-left: -1.3rem; }
    a { color: var(--accent); }
    a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
    hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; }
    blockquote { margin: 1rem 0; padding: .1rem 1rem; border-left: 3px solid var(--line); color: var(--muted); }
    code, pre { font-family: var(--mono); font-size: .8125rem; line-height: 1.55; }
    pre { margin: 0; overflow-x: auto; tab-size: 8; }
    :not(pre) > code { background: var(--field); padding: .1em .35em; border-radius: 4px; }
    .text pre, .raw, .script { background: var(--field); padding: .75rem 1rem; border-radius: 6px; margin: .75rem 0; }
    .code { margin: 1.25rem 0; }
    .input {
      position: relative; background: var(--field); border-left: 3px solid var(--accent); border-radius: 0 6px 6px 0;
    }
    .input pre { padding: .7rem 2.75rem .7rem .9rem; }
    .count {
      position: absolute; top: .7rem; right: 0; padding: 0 .8rem 0 .5rem; background: var(--field);
      color: var(--muted); font: .75rem/1.55 var(--mono); border-radius: 6px; user-select: none;
    }
    .stdout, .stderr, .error, .table, figure { margin: .75rem 0 0; padding-left: calc(.9rem + 3px); }
    .stdout + .stdout, .stderr + .stdout, .stdout + .stderr, .stderr + .stderr { margin-top: 0; }
    .stderr { color: var(--muted); white-space: pre-wrap; overflow-wrap: anywhere; }
    .error {
      color: var(--wrong); background: var(--wrong-field); border-left: 3px solid var(--wrong);
      padding: .7rem .9rem; border-radius: 0 6px 6px 0; white-space: pre-wrap; overflow-wrap: anywhere;
    }
    table { border-collapse: collapse; font-size: .875rem; line-height: 1.45; font-variant-numeric: tabular-nums; }
    .table, .text table { overflow-x: auto; }
    .text table { display: block; max-width: 100%; margin: 1rem 0; }
    th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top; white-space: nowrap; }
    .table td { white-space: pre; }
    th:last-child, td:last-child { padding-right: 0; }
    th { color: var(--muted); font-weight: 600; border-bottom: 1px solid var(--line); }
    tr + tr td { border-top: 1px solid var(--line); }
    th + th, td + td { padding-left: .5rem; }
    img { display: block; max-width: 100%; height: auto; }
    figure img { background: #ffffff; border-radius: 6px; }
    .keyword { color: var(--keyword); font-weight: 600; }
    .verb { color: var(--verb); font-weight: 600; }
    .option { color: var(--option); }
    .number { color: var(--number); }
    .string { color: var(--string); }
    .variable { color: var(--variable); }
    .comment { color: var(--muted); font-style: italic; }
    .result { color: var(--muted); }
    nav { max-width: 53rem; margin: 0 auto; padding: 1.5rem 1rem 0; font-size: .9rem; }
    nav h2 { font-size: .8rem; font-weight: 600; color: var(--muted); border: 0; margin: 0 0 .4rem; padding: 0; }
    nav ul { list-style: none; margin: 0; padding: 0; columns: 14rem auto; }
    nav li { padding: .1rem 0; break-inside: avoid; }
    nav .level3 { padding-left: 1rem; }
    nav a { text-decoration: none; }
    nav a:hover { text-decoration: underline; }
    details { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; }
    summary { cursor: pointer; color: var(--muted); }
    footer { margin-top: 2rem; color: var(--muted); font-size: .8125rem; }
    @media (min-width: 70rem) {
      body { display: grid; grid-template-columns: 14rem minmax(0, 53rem); justify-content: center; column-gap: 2.5rem; }
      body > main { grid-column: 2; margin: 0; width: 100%; padding-top: 2.5rem; }
      body > nav {
        position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; margin: 0;
        padding: 3.1rem 0 2rem 1rem;
      }
      nav ul { columns: auto; }
    }
    @media print {
      body { font-size: 10pt; }
      main { max-width: none; padding: 0; }
      nav { display: none; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; }
      .input { border: 1px solid var(--line); border-left: 3px solid var(--accent); }
      th, td, .table td { white-space: pre-wrap; overflow-wrap: anywhere; }
      figure, tr, .input { break-inside: avoid; }
      h1, h2, h3 { break-after: avoid; }
    }
    """
}
