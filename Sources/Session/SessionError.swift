/// What a user can get wrong about the session's state and files: what was missing, and what to do.
enum SessionError: Error, CustomStringConvertible {
  case noDataset(action: String)
  case noModel(action: String)
  case otherShape(model: String, images: String)
  case clustersNeeded
  case noLabels(action: String, instead: String)
  case noTraining
  /// No figure was drawn in this session that could be drawn again.
  case nothingDrawn
  case nothingToSave
  case fileExists(path: String)
  /// A file that a command before this one of the same script writes.
  case writtenBefore(path: String)
  /// A file that a script wants records appended to.
  case noRecords(path: String)
  case notAStopPoint(String)
  case tooFewImages(action: String, needed: Int, found: Int)
  /// All points of a plot lie at one place.
  case equalPoints(count: Int, what: String)
  case noSuchCluster(Int, clusterCount: Int)
  case clusterNamedTwice(Int)
  /// No images of a split; `loaded` says what there is instead.
  case emptySplit(String, loaded: String)
  case emptyCluster(Int)
  /// The session's method lacks what those called `owners` have.
  case incapable(action: String, method: String, words: String, owners: [String])
  case noSuchSetting(String, method: String)
  case mixtureFailed(reason: String, remedies: Remedies = Remedies())
  case noMixture(action: String)
  /// A place among the loaded images that there is not.
  case noSuchImage(Int, count: Int)
  /// What goes back over a sampler's steps, with one that is random at each.
  case randomMethod(String, action: String)

  var description: String {
    switch self {
    case .noDataset(let action):
      "\(action) needs a data set, and none is loaded: load one first (load strokes needs no files; datasets lists them)"
    case .noModel(let action):
      "\(action) needs a model, and there is none: build one first, with model \(Methods.all[0].name) for instance"
    case .otherShape(let model, let images):
      "the model is for images of \(model), the loaded ones are \(images): load others, or build a new model"
    case .clustersNeeded:
      "these images have no labels to count the clusters by: say how many there are, with clusters="
    case .noLabels(let action, let instead):
      "\(action) needs labels, and the loaded images have none: use \(instead)"
    case .noTraining:
      "nothing has been trained yet, so there is no curve to draw: run pretrain or train first"
    case .nothingDrawn:
      "no figure has been drawn in this session yet that replot could draw again: draw one first, with plot tsne for instance"
    case .nothingToSave: "nothing has been done yet that a script could replay"
    case .fileExists(let path):
      "\(path) exists and was not written by this tool, or was edited since: choose another file, or say overwrite=on"
    case .writtenBefore(let path):
      "\(path) is written by a command before this one, and by then nothing tells it from a file of yours: choose another "
        + "file, or say overwrite=on"
    case .noRecords(let path):
      "\(path) holds something else than records, which none are appended to: choose another file"
    case .notAStopPoint(let text):
      "stop= takes the epoch or round and the step, such as 3:212, both from 1 and the first at most the number that "
        + "is asked for, not '\(text)'"
    case .tooFewImages(let action, let needed, let found):
      "\(action) needs at least \(NumberText.counted(needed, "image")); there \(found == 1 ? "is" : "are") \(found)"
    case .equalPoints(let count, let what):
      "the \(what) of all \(count) images are equal: there is nothing that t-SNE could spread out"
    case .noSuchCluster(let cluster, let count):
      "there is no cluster \(cluster): "
        + (count == 1 ? "the only one is 0" : "they are numbered from 0 to \(count - 1)")
    case .clusterNamedTwice(let cluster): "cluster \(cluster) is named twice: name each once"
    case .noMixture(let action): "\(action) needs a mixture, and there is none yet: run train, or estep"
    case .noSuchImage(let image, let count):
      "there is no image \(image): "
        + (count == 1 ? "the only one is 0" : "the loaded ones are numbered from 0 to \(count - 1)")
    case .randomMethod(let method, let action):
      "\(action) goes back over the sampler's steps, which \(method) makes at random: take method=ddim or method=dpm"
    case .mixtureFailed(let reason, let remedies):
      "\(reason); \(remedies.trying(smaller: ["lambda", "rate"], larger: ["floor"]))"
    case .incapable(let action, let method, let words, let owners):
      "\(action) needs a method that \(words), which \(method) does not: build one that does, with "
        + owners.map { "model \($0)" }.joined(separator: " or ")
    case .noSuchSetting(let setting, let method):
      "\(setting)= is no setting of \(method): 'describe' lists those that it has"
    case .emptyCluster(let cluster): "no image is in cluster \(cluster): evaluate lists the clusters' shares"
    case .emptySplit(let split, let loaded):
      "no \(split) images are loaded: there are \(loaded); load with split=\(split), or with split=all and a count= that "
        + "reaches them"
    }
  }
}
