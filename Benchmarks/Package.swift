// swift-tools-version: 6.3
import PackageDescription

// Measurements and checks of the library from the view of a client, in release builds. They are a
// separate package, so that the manifest of the library does not contain them. The scripts
// `scripts/check-*` build and run these programs. `run-peers` compares Mio with other libraries.

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
    // The baseline is C code that clang compiles without its vectorizer: see Docs/Performance.md.
    .target(name: "CRawEpoll", cSettings: [.unsafeFlags(["-O3", "-fno-vectorize"])]),
    .target(name: "CAllocationCounter"),
    .executableTarget(
      name: "Instructions", dependencies: mio + ["CRawEpoll"],
      // The compiler would merge functions that differ only in a constant. A merged function is
      // slower than the separate functions.
      swiftSettings: settings + [.unsafeFlags(["-Xllvm", "-swiftmergefunc-threshold=0"])]),
    .executableTarget(
      name: "Allocations", dependencies: mio + ["CRawEpoll", "CAllocationCounter"],
      swiftSettings: settings),
    .executableTarget(name: "Deadlines", dependencies: mio, swiftSettings: settings),
    // These folders are links to the examples, because the examples' shared code is not a product.
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
