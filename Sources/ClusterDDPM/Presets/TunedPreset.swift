import ClusteringMethods
import Images

extension Preset {
  /// `fast` with settings that follow from the number of images and the room that objects have in them, made for `fit`.
  public static let tuned = Preset(
    name: "tuned",
    summary: "ClusterDDPM with settings that follow from the images",
    discussion: """
      The network of fast. Clusters are read off the graph of neighbours (grouping=graph), of ten components a cluster. \
      Of fewer than \(smallSet) images a step takes 32. Where objects stand free in their images (digits, symbols), fit \
      pretrains, trains two rounds and draws images to their clusters. Where they fill them (a margin of less than a \
      twentieth of the width: photographs, clothes cut to size), images are not moved for the encoder, the latents have 20 \
      dimensions, clusters are taken to be of more like size (capacity=), and fit pretrains only, longer where there are \
      many images, with an E-step after each of the last three epochs. The paper's own method is fast or reference.
      """,
    sizes: "1366456 parameters, 10 latents, 10 clusters from 100 components",
    examples: [
      ("capacity=0", "clusters of very different sizes"),
      ("components=200", "finer components, where clusters are of many kinds of images"),
    ],
    design: .fast,
    settings: { preset, clusterCount, images in
      var settings = Preset.fast.settings(preset, clusterCount, images)
      settings.componentCount = max(clusterCount, min(10 * clusterCount, images.count / 7))
      settings.grouping = .graph
      if images.count < smallSet { settings.batchSize = 32 }
      if images.areFilled {
        settings.latentSize = 20
        settings.motion = nil
        settings.graph.capacity = 1.3
        settings.graph.usesSpectral = false
      }
      return settings
    },
    recipe: { settings, images in
      guard images.areFilled else {
        return TrainingRecipe(
          pretrainingEpochs: settings.epochs(ofSteps: 1350, on: images), rounds: 2,
          tightening: images.count < smallSet ? nil : TighteningOptions())
      }
      return images.count < smallSet
        ? TrainingRecipe(pretrainingEpochs: settings.epochs(ofSteps: 1350, on: images), rounds: 0)
        : TrainingRecipe(pretrainingEpochs: settings.epochs(ofSteps: 4000, on: images), rounds: 0, groupings: 3)
    })

  /// Images of which steps are smaller.
  private static let smallSet = 5000
}

extension ImageTraits {
  /// Whether objects fill their images, so that where they lie, and how, says something of them.
  fileprivate var areFilled: Bool { margin < 0.1 }
}
