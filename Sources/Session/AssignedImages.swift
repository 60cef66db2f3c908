import Clustering
import CommandLanguage
import Datasets
import Files
import Images
import JSONValues

/// Images that `assign` found clusters of, which are not the loaded ones: enough to find them again, and to tell whether
/// the model still makes of them what it did.
struct AssignedImages: Sendable, Equatable {
  let data: NotedData
  /// As the set is called.
  let name: String
  /// A digest of the latents of some of them and the clusters of all.
  let found: String

  init(_ dataset: Dataset, loadedBy command: String, as clustered: ClusteredImages) throws {
    data = NotedData(command: command, sha256: dataset.sha256)
    name = dataset.name
    found = try Self.digest(clustered, of: dataset)
  }

  /// From a note; nil if it is none of assigned images.
  init?(note: JSONValue) {
    guard let data = NotedData(note: note), data.isLoad, let name = note.object?["name"]?.string,
      let found = note.object?["found"]?.string
    else { return nil }
    (self.data, self.name, self.found) = (data, name, found)
  }

  var note: JSONValue {
    [
      "load": .string(data.command), "sha256": .string(data.sha256), "name": .string(name), "found": .string(found),
    ]
  }

  private static func digest(_ clustered: ClusteredImages, of dataset: Dataset) throws -> String {
    var digest = MessageDigest()
    digest.update(LatentProbe.bytes(of: clustered.latents(at: 0..<min(LatentProbe.size, dataset.count))))
    digest.update(clustered.assignments.flatMap { UInt64($0).littleEndianBytes })
    return digest.hex
  }

  /// The images again with what the session's model makes of them.
  ///
  /// - Throws: `AssignedImagesError` if they or what the model makes of them are others than they were; `Interrupted`.
  func again(
    in session: SessionState, for action: String, _ environment: Environment
  ) throws -> (dataset: Dataset, clustered: ClusteredImages) {
    guard let model = session.model else { throw AssignedImagesError.otherModel(name: name) }
    let dataset: Dataset
    switch try data.load(from: session.settings.dataFolder, environment) {
    case .none(let reason): throw AssignedImagesError.gone(name: name, command: data.command, reason: reason)
    case .images(let found, _): dataset = found
    }
    guard dataset.sha256 == data.sha256 else {
      throw AssignedImagesError.otherImages(name: name, expected: data.sha256, found: dataset.sha256)
    }
    guard ImageShape(of: dataset.images) == model.imageShape, (try? model.requireClusters(for: action)) != nil else {
      throw AssignedImagesError.otherModel(name: name)
    }
    let clustered = try ClusteredImages(dataset.images, model, for: action, environment)
    guard try Self.digest(clustered, of: dataset) == found else { throw AssignedImagesError.otherModel(name: name) }
    return (dataset, clustered)
  }
}

/// Why assigned images cannot be put beside the loaded ones.
enum AssignedImagesError: Error, CustomStringConvertible {
  case none
  case otherShape(assigned: ImageShape, loaded: ImageShape)
  case otherModel(name: String)
  case otherImages(name: String, expected: String, found: String)
  case gone(name: String, command: String, reason: String)

  var description: String {
    switch self {
    case .none: "add=assigned needs images that were assigned: first assign PATH, new images for instance"
    case .otherShape(let assigned, let loaded):
      "the assigned images are of \(assigned), the loaded ones of \(loaded): load the data that the model was trained on"
    case .otherModel(let name):
      "the model has changed since \(name.withoutControls()) was assigned, and what it made of these images no longer "
        + "holds: assign them again"
    case .otherImages(let name, let expected, let found):
      "the images of \(name.withoutControls()) have changed since they were assigned: expected sha256 \(expected), found "
        + "\(found); assign them again"
    case .gone(let name, let command, let reason):
      "the images of \(name.withoutControls()) cannot be read any more: '\(command.withoutControls())' failed: "
        + "\(reason.withoutControls()); assign them again from where they lie now"
    }
  }
}
