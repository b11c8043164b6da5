// swift-tools-version: 6.3
import PackageDescription

// Measurements and checks of the library as a client sees it, in release builds. A package of its own,
// so that the library's manifest stays free of it. `scripts/check-*` at the repository's root build and
// run these programs; `run-peers` compares with other libraries.

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let mio: [Target.Dependency] = [
  .product(name: "MioCore", package: "mio"),
  .product(name: "MioEpoll", package: "mio"),
  .product(name: "MioNet", package: "mio"),
]

let package = Package(
  name: "mio-benchmarks",
  dependencies: [.package(name: "mio", path: "..")],
  targets: [
    // The baseline is what clang makes of C without its vectorizer, as in Docs/Performance.md.
    .target(name: "CRawEpoll", cSettings: [.unsafeFlags(["-O3", "-fno-vectorize"])]),
    .target(name: "CAllocationCounter"),
    .executableTarget(
      name: "Instructions", dependencies: mio + ["CRawEpoll"],
      // Functions that differ in a constant would be merged, and a merged one costs more than either.
      swiftSettings: settings + [.unsafeFlags(["-Xllvm", "-swiftmergefunc-threshold=0"])]),
    .executableTarget(
      name: "Allocations", dependencies: mio + ["CRawEpoll", "CAllocationCounter"],
      swiftSettings: settings),
    .executableTarget(name: "Deadlines", dependencies: mio, swiftSettings: settings),
    // Links to the examples: what they share is no product.
    .target(name: "CConsole"),
    .target(
      name: "ExampleSupport",
      dependencies: [
        "CConsole", .product(name: "MioCore", package: "mio"),
        .product(name: "MioNet", package: "mio"), .product(name: "MioSignals", package: "mio"),
      ], exclude: ["Async", "MultiCore"], swiftSettings: settings),
    .executableTarget(
      name: "SimulatedSeeds",
      dependencies: [
        "ExampleSupport", .product(name: "MioCore", package: "mio"),
        .product(name: "MioTestSupport", package: "mio"),
      ], swiftSettings: settings),
    .executableTarget(
      name: "PollEcho",
      dependencies: [
        "ExampleSupport", .product(name: "MioCore", package: "mio"),
        .product(name: "MioNet", package: "mio"), .product(name: "MioPoll", package: "mio"),
      ], swiftSettings: settings),
    .executableTarget(name: "SpecializationSample", dependencies: mio, swiftSettings: settings),
  ]
)
