// swift-tools-version: 6.3
import PackageDescription

// Mio as one of the libraries that an external benchmark harness compares. `Benchmarks/run-peers`
// copies the C files of the harness to Sources/CHarness, which git ignores, and builds this
// package.

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
        // The interface of the harness needs global state. Swift checks the accesses to global
        // state at run time, but not those to local variables, which a program would use.
        .unsafeFlags(["-enforce-exclusivity=unchecked"]),
      ]),
  ]
)
