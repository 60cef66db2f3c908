import ClusteringMethods
import TensorEngine
import Testing

@Suite("Batch plans") struct BatchPlanTests {
  let source = RandomSource(seed: 4).derived("train.order")

  @Test(arguments: [(1000, 128), (256, 128), (5, 8), (1, 1), (0, 4)])
  func holdsEveryImageOnce(imageCount: Int, batchSize: Int) {
    let plan = BatchPlan(imageCount: imageCount, batchSize: batchSize, epoch: 3, from: source)
    #expect(plan.flatMap { $0 }.sorted() == Array(0..<imageCount))
    #expect(plan.count == (imageCount + batchSize - 1) / batchSize)
    #expect(plan.dropLast().allSatisfy { $0.count == batchSize })
  }

  @Test func dependsOnSeedPurposeAndEpochAlone() {
    func order(_ epoch: Int, _ source: RandomSource, batchSize: Int = 128) -> [Int] {
      BatchPlan(imageCount: 500, batchSize: batchSize, epoch: epoch, from: source).order
    }
    #expect(order(1, source) == order(1, source, batchSize: 7))
    #expect(order(1, source) != order(2, source))
    #expect(order(1, source) != order(1, RandomSource(seed: 5).derived("train.order")))
    #expect(order(1, source) != order(1, RandomSource(seed: 4).derived("pretrain.order")))
  }
}
