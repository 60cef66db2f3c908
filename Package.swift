// swift-tools-version: 6.0
import PackageDescription

/// Every Swift target: warnings are errors (the packages we depend on are built as they are).
let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]

#if arch(x86_64)
  /// The kernels' AVX-512 variants use whole registers; left to itself the compiler cuts them in two.
  let vectorFlags = ["-mprefer-vector-width=512"]
#else
  let vectorFlags: [String] = []
#endif

/// The C kernels are the inner loops: optimised in debug builds too, where `-O0` would be a hundred times slower.
let kernelFlags: [CSetting] = [
  .unsafeFlags(
    ["-O3", "-Wall", "-Wextra", "-Werror", "-fno-math-errno", "-falign-loops=64", "-ffp-contract=off"] + vectorFlags)
]

func system(_ name: String, _ pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
  _ module: String, _ dependencies: [Target.Dependency], goldens: Bool = false, files: String? = nil
) -> Target {
  .testTarget(
    name: module + "Tests",
    dependencies: dependencies,
    resources: goldens ? [.copy("Goldens")] : files.map { [.copy($0)] } ?? [],
    swiftSettings: strict)
}

// Targets stand in order of dependency: each may import only what stands above it and is named in its list.
let package = Package(
  name: "ddpm-repl",
  products: [
    .executable(name: "ddpm-repl", targets: ["ddpm-repl"]), .executable(name: "ddpm-kernel", targets: ["ddpm-kernel"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    system("COpenBLAS", "openblas", apt: "libopenblas-dev"),
    system("CPangoCairo", "pangocairo", apt: "libpango1.0-dev"),
    system("CPNG", "libpng", apt: "libpng-dev"),
    system("CTurboJPEG", "libturbojpeg", apt: "libturbojpeg0-dev"),
    system("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
    system("CArchive", "libarchive", apt: "libarchive-dev"),
    system("CReadline", "readline", apt: "libreadline-dev"),
    system("CChafa", "chafa", apt: "libchafa-dev"),
    system("CZlib", "zlib", apt: "zlib1g-dev"),
    system("CMessageDigest", "libcrypto", apt: "libssl-dev"),
    system("CZeroMQ", "libzmq", apt: "libzmq3-dev"),
    system("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
    system("CCMark", "libcmark-gfm", apt: "libcmark-gfm-extensions-dev"),

    .target(name: "CKernels", cSettings: kernelFlags),
    .target(name: "CProcess"),
    module("Interruptions", []),
    module("Options", []),
    module("JSONValues", []),
    module("Files", ["Interruptions", "CZlib", "CMessageDigest"]),
    module("Downloads", ["Interruptions", "Files", "CCurl", "CArchive"]),
    module("ArrayFiles", ["Interruptions", "JSONValues", "Files", "CZlib"]),
    module("RunStore", ["Options", "JSONValues", "Files", "CSQLite"]),
    module("ElementaryFunctions", ["CKernels"]),
    module("TensorEngine", ["CKernels", "ElementaryFunctions", "Interruptions"]),
    module("NeuralNetworks", ["TensorEngine"]),
    module("Diffusion", ["TensorEngine", "ElementaryFunctions"]),
    module("Clustering", ["Interruptions", "TensorEngine", "ElementaryFunctions", "CKernels", "COpenBLAS"]),
    module("Images", ["Interruptions", "TensorEngine", "ElementaryFunctions", "CPNG", "CTurboJPEG", "CZlib"]),
    module("Evaluation", ["TensorEngine", "ElementaryFunctions"]),
    module(
      "Datasets",
      [
        "Interruptions", "Options", "Files", "Downloads", "ArrayFiles", "TensorEngine", "ElementaryFunctions", "Images",
        "Evaluation",
      ]),
    module("Figures", ["Interruptions", "Files", "Images", "ElementaryFunctions", "CPangoCairo"]),
    module(
      "ClusteringMethods",
      [
        "Interruptions", "Options", "ArrayFiles", "TensorEngine", "ElementaryFunctions", "NeuralNetworks", "Diffusion",
        "Clustering",
        "Images",
      ]),
    module(
      "ClusterDDPM",
      [
        "Interruptions", "Options", "ArrayFiles", "TensorEngine", "ElementaryFunctions", "NeuralNetworks", "Diffusion",
        "Clustering",
        "Images", "ClusteringMethods",
      ]),
    module(
      "Baselines",
      [
        "Interruptions", "Options", "ArrayFiles", "TensorEngine", "ElementaryFunctions", "NeuralNetworks", "Diffusion",
        "Clustering",
        "Images",
        "ClusteringMethods",
      ]),
    module("CommandLanguage", ["Interruptions", "Options"]),
    module("Notebooks", ["JSONValues", "Files", "CommandLanguage", "CMessageDigest", "CCMark"]),
    module(
      "Session",
      [
        "Interruptions", "Options", "JSONValues", "Files", "RunStore", "TensorEngine", "Diffusion", "Clustering",
        "Evaluation", "Images", "Datasets", "Figures",
        "ArrayFiles", "ClusteringMethods", "ClusterDDPM", "Baselines", "CommandLanguage", "Notebooks", "CProcess",
      ]),
    module("MessagePassing", ["TensorEngine", "Session"]),
    // Manual pages and editors' files, which are kept in the repository: no program needs it.
    module("Documents", ["Options", "JSONValues", "CommandLanguage", "Session"]),
    .executableTarget(
      name: "ddpm-repl",
      dependencies: [
        "Interruptions", "Session", "MessagePassing", "CommandLanguage", "Options", "JSONValues", "Figures", "Files",
        "Images", "TensorEngine", "CReadline",
        "CChafa",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    module(
      "Jupyter",
      [
        "Interruptions", "Options", "JSONValues", "Files", "CommandLanguage", "Notebooks", "Session",
        "CMessageDigest", "CZeroMQ",
      ]),
    // A program of its own: ZeroMQ takes time to load, which a prompt need not wait for.
    .executableTarget(
      name: "ddpm-kernel",
      dependencies: [
        "Jupyter", "Session", "TensorEngine", "Files",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "ddpm-benchmark",
      dependencies: [
        "ClusterDDPM", "Baselines", "ClusteringMethods", "Clustering", "Diffusion", "Images", "TensorEngine",
        "COpenBLAS",
      ],
      path: "Benchmarks/engine",
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["TensorEngine", "CArchive"], path: "Tests/TestSupport", swiftSettings: strict),
    tests("Interruptions", ["Interruptions", "TensorEngine"]),
    tests("Options", ["Options", "TensorEngine", "TestSupport"]),
    tests("JSONValues", ["JSONValues", "TestSupport"]),
    tests("Jupyter", ["Jupyter", "JSONValues", "Files", "TensorEngine", "TestSupport"], files: "Clients"),
    tests(
      "Notebooks", ["Notebooks", "CommandLanguage", "JSONValues", "Files", "TensorEngine", "TestSupport"]),
    tests("RunStore", ["RunStore", "JSONValues", "TestSupport"]),
    tests("Files", ["Files", "CZlib", "TestSupport"]),
    tests("Downloads", ["Downloads", "Files", "Interruptions", "TestSupport"]),
    tests("ArrayFiles", ["ArrayFiles", "Files", "CZlib", "TestSupport"], goldens: true),
    tests("ElementaryFunctions", ["ElementaryFunctions", "TensorEngine", "TestSupport"]),
    tests("TensorEngine", ["TensorEngine", "CKernels", "TestSupport"]),
    tests("NeuralNetworks", ["NeuralNetworks", "TensorEngine", "TestSupport"], goldens: true),
    tests("Diffusion", ["Diffusion", "TensorEngine", "TestSupport"], goldens: true),
    tests(
      "ClusteringMethods", ["ClusteringMethods", "NeuralNetworks", "TensorEngine", "TestSupport"]),
    tests(
      "Baselines",
      [
        "Baselines", "ClusteringMethods", "Clustering", "Diffusion", "Images", "Interruptions", "NeuralNetworks",
        "Options", "TensorEngine", "TestSupport",
      ],
      goldens: true),
    tests(
      "ClusterDDPM",
      [
        "ClusterDDPM", "ClusteringMethods", "Options", "NeuralNetworks", "Diffusion", "Clustering", "Images",
        "TensorEngine", "ElementaryFunctions", "TestSupport",
      ],
      goldens: true),
    tests(
      "Clustering", ["Clustering", "ElementaryFunctions", "Interruptions", "TensorEngine", "TestSupport"], goldens: true
    ),
    tests("Evaluation", ["Evaluation", "TestSupport"], goldens: true),
    tests("Images", ["Images", "TensorEngine", "TestSupport"], goldens: true),
    tests(
      "Datasets",
      [
        "Datasets", "Downloads", "ArrayFiles", "Files", "Images", "Evaluation", "TensorEngine", "CZlib", "TestSupport",
      ], goldens: true
    ),
    tests(
      "Figures", ["Figures", "ElementaryFunctions", "Files", "Images", "TensorEngine", "TestSupport"], goldens: true),
    tests("CommandLanguage", ["CommandLanguage", "Options", "TensorEngine", "TestSupport"]),
    tests(
      "Session",
      [
        "Session", "Interruptions", "JSONValues", "Files", "RunStore", "ArrayFiles", "Clustering", "CommandLanguage",
        "Notebooks",
        "ClusteringMethods", "ClusterDDPM", "Datasets", "Evaluation",
        "Images", "TensorEngine", "TestSupport",
      ],
      goldens: true),
    tests("MessagePassing", ["MessagePassing"]),
    tests("Terminal", ["ddpm-repl", "CommandLanguage", "Session"]),
    tests(
      "HostileFiles",
      [
        "ddpm-repl", "Session", "CommandLanguage", "Notebooks", "Datasets", "ArrayFiles", "TensorEngine", "TestSupport",
        "Files", "JSONValues", "Jupyter",
      ],
      files: "Corpus"),
    tests(
      "EndToEnd", ["CommandLanguage", "Documents", "JSONValues", "Session", "TensorEngine", "TestSupport", "CSQLite"]),
  ],
  swiftLanguageModes: [.v6]
)
