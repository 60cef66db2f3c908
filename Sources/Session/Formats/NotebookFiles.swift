import Notebooks

extension SessionFormat {
  static let notebook = SessionFormat(
    ending: "ipynb", summary: "what was entered, cell by cell, with what it came to, as a notebook of Jupyter's",
    mark: Notebook.jupyterMark, keepsSession: false
  ) { session, file, environment in
    try file.write(Array(try notebook(session, environment).jupyter.utf8))
  }

  static let page = SessionFormat(
    ending: "html", summary: "the same as a page that is whole in itself", mark: NotebookPage.mark, keepsSession: false
  ) { session, file, environment in
    let notebook = try notebook(session, environment)
    let script = session.journal.isEmpty ? notebook.script : SessionScript.text(of: session)
    let page = NotebookPage(
      notebook, name: NotebookConversion.name(of: file.path), script: script, version: productVersion)
    try file.write(Array(page.html.utf8))
  }

  private static func notebook(_ session: SessionState, _ environment: Environment) throws -> Notebook {
    let notebook = environment.transcript?.notebook(header: SessionScript.provenance(of: session))
    guard let notebook, notebook.cells.contains(where: { $0.kind == .code }) else { throw SessionError.nothingToSave }
    return notebook
  }
}
