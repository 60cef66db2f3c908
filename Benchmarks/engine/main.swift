import Baselines
import ClusterDDPM
import Foundation
import TensorEngine

/// Runs one workload for the benchmark's driver: after each line "go THREADS" on standard input it runs for two seconds,
/// once at least, and prints the seconds and what it did; at the end of the input it prints the peak memory in MiB.

func rawDoubles(_ file: String) throws -> [Double] {
  try Data(contentsOf: URL(fileURLWithPath: file)).withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
}

func workload(_ arguments: [String]) throws -> any Workload {
  func count(_ otherwise: Int) -> Int { arguments.count > 1 ? Int(arguments[1])! : otherwise }
  let words = arguments[0].split(separator: "-")
  // Few steps and images where an image takes long: the published network needs some twenty times as long.
  if words.count == 2, let preset = Preset.all.first(where: { $0.name == words[1] }) {
    let isQuick = preset == .fast
    switch words[0] {
    case "train": return try TrainingWork(preset, steps: isQuick ? 24 : 2)
    case "sample": return try SamplingWork(preset)
    case "encode": return try EncodingWork(preset, images: count(isQuick ? 70_000 : 2_000))
    default: break
    }
  }
  return switch arguments[0] {
  case "train-clustergan": try AdversarialWork(.clusterGAN, images: 4 * 5 * 64)
  case "train-gan-em": try AdversarialWork(.ganEM, images: 4 * 70, settings: ["passes": 1, "encoder-steps": 4])
  case "train-hc-mgan": try AdversarialWork(.hcMGAN, images: 4 * 100, steps: 4)
  case "train-vagan": try AdversarialWork(.vaGANGMM, images: 8 * 64)
  case "mixture": try MixtureWork(file: arguments[1])
  case "kmeans": try KMeansWork(file: arguments[1])
  case "neighbours": try NeighboursWork(file: arguments[1])
  case "tsne": try TSNEWork(file: arguments[1], columns: Int(arguments[2])!)
  case "sgemm": ProductWork()
  default: fatalError("no workload is called \(arguments[0])")
  }
}

// The divergence of an embedding (raw doubles) of points, by exact affinities and sums over all pairs.
if CommandLine.arguments.count == 5, CommandLine.arguments[1] == "divergence" {
  let points = try TSNEWork(file: CommandLine.arguments[2], columns: Int(CommandLine.arguments[3])!)
  print(try points.divergence(of: rawDoubles(CommandLine.arguments[4])))
  exit(0)
}

var work = try workload(Array(CommandLine.arguments.dropFirst()))
let clock = ContinuousClock()
while let line = readLine() {
  Parallel.threadCount = Int(line.split(separator: " ")[1])!
  let start = clock.now
  var amount = 0
  var seconds = 0.0
  while seconds < 2 {
    try work.run()
    amount += work.amount
    seconds = (clock.now - start) / .seconds(1)
  }
  print(seconds, amount)
  fflush(nil)
}
if let mixture = work as? MixtureWork { print("log-likelihood", mixture.logLikelihood) }
if let kmeans = work as? KMeansWork, let found = kmeans.found {
  print("inertia", found.inertia)
  print("iterations", found.iterationCount)
}
if let neighbours = work as? NeighboursWork { print("distances", neighbours.sum) }
if let embedding = work as? TSNEWork { print("divergence", try embedding.divergence(of: embedding.positions)) }
let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }!.split(whereSeparator: \.isWhitespace)[1]
print("peak", Double(peak)! / 1024)
