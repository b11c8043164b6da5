// swift-tools-version: 6.3
import PackageDescription

// Mio as a peer in a benchmark harness that lives outside this repository. `Benchmarks/run-peers` copies
// the harness's C files to Sources/CHarness, which git ignores, and builds this.

let package = Package(
  name: "mio-candidate",
  dependencies: [.package(name: "mio", path: "../..")],
  targets: [
    .target(name: "CHarness", cSettings: [.define("MB_NO_MAIN"), .unsafeFlags(["-w"])]),
    .executableTarget(
      name: "Candidate",
      dependencies: [
        "CHarness",
        .product(name: "MioCore", package: "mio"),
        .product(name: "MioEpoll", package: "mio"),
        .product(name: "MioNet", package: "mio"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6), .strictMemorySafety(),
        .enableUpcomingFeature("InternalImportsByDefault"),
        // The harness's interface needs global state, whose accesses are checked; a local's are not.
        .unsafeFlags(["-enforce-exclusivity=unchecked"]),
      ]),
  ]
)
