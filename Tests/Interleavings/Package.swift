// swift-tools-version: 6.3
import PackageDescription

// The sources of Mio under a scheduler that tests all schedules: see `scripts/check-interleavings`
// and Docs/Testing.md. It is a separate package, because its module `Synchronization` replaces the
// system's module.

let features: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // To the runtime all fibers are one thread, so it would confuse the accesses of different fibers.
  .unsafeFlags(["-enforce-exclusivity=unchecked"]),
]

// The original sources, whose `unsafe` expressions are about the real atomics.
let linked = features + [.unsafeFlags(["-suppress-warnings"])]

func link(_ name: String, _ dependencies: Target.Dependency..., exclude: [String] = []) -> Target {
  .target(
    name: name, dependencies: dependencies + ["Synchronization"], path: "Linked/\(name)",
    exclude: exclude, swiftSettings: linked)
}

func linkC(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .target(name: name, dependencies: dependencies, path: "Linked/\(name)")
}

let package = Package(
  name: "mio-interleavings",
  targets: [
    .target(name: "CLoom", path: "CLoom"),
    .target(name: "Loom", dependencies: ["CLoom"], path: "Loom", swiftSettings: features),
    .target(
      name: "Synchronization", dependencies: ["CLoom", "Loom"], path: "Synchronization",
      swiftSettings: features),
    .target(
      name: "CMioSignals", dependencies: ["CMioSocket"], path: "StandIns/CMioSignals"),
    linkC("CMioErrors"),
    linkC("CMioSystemCalls"),
    linkC("CMioEpoll", "CMioSystemCalls"),
    linkC("CMioPoll", "CMioSystemCalls"),
    linkC("CMioKqueue", "CMioSystemCalls"),
    linkC("CMioLibrary"),
    linkC("CMioSocket", "CMioErrors", "CMioLibrary", "CMioSystemCalls"),
    linkC("CMioWindows", "CMioLibrary"),
    link("MioCore", "CMioErrors"),
    .target(
      name: "MioLock", dependencies: ["Loom"], path: "StandIns/MioLock", swiftSettings: features),
    link("MioEpoll", "MioCore", "CMioEpoll", "CMioErrors", "CMioSystemCalls"),
    link("MioPoll", "MioCore", "MioLock", "CMioPoll", "CMioErrors", "CMioSystemCalls"),
    link("MioKqueue", "MioCore", "MioLock", "CMioKqueue", "CMioErrors", "CMioSystemCalls"),
    link("MioWindows", "MioCore", "MioLock", "CMioErrors", "CMioWindows"),
    link(
      "MioTestSupport", "MioCore", "MioLock",
      exclude: [
        "Conformance", "EdgeCheck", "Simulation", "Threads/TestThread.swift",
        "Threads/Waiting.swift",
      ]),
    .executableTarget(
      name: "Scenarios",
      dependencies: [
        "CLoom", "CMioEpoll", "CMioErrors", "CMioKqueue", "CMioPoll", "CMioSignals",
        "CMioWindows", "Loom", "MioCore", "MioEpoll", "MioKqueue", "MioPoll", "MioTestSupport",
        "MioWindows", "Synchronization",
      ],
      path: "Scenarios", swiftSettings: features),
  ])
