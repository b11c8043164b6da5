// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let apples: [Platform] = [.macOS, .iOS, .tvOS, .watchOS, .visionOS]
// This manifest's version has no name for FreeBSD yet.
let bsds: [Platform] = [.custom("freebsd"), .openbsd]

let libkqueueC: [CSetting] = [.define("C_MIO_LIBKQUEUE", .when(traits: ["Libkqueue"]))]

let libkqueueSwift: [SwiftSetting] = [.define("MIO_KQUEUE_CALLS", .when(traits: ["Libkqueue"]))]

// Swift is compiled for Linux, to run under Wine with shims that winegcc compiles: `scripts/test-wine`.
let isForWine = Context.environment["MIO_WINE"] != nil
let wineC: [CSetting] = isForWine ? [.define("C_MIO_WINDOWS")] : []
let wineSwift: [SwiftSetting] = isForWine ? [.define("MIO_AFD_CALLS")] : []

// The host's, and so the target's: Swift is not compiled for Windows elsewhere.
#if os(Windows)
let isForWindows = true
#else
let isForWindows = isForWine
#endif

// What the examples run on.
let systemBackends: [Target.Dependency] =
  isForWindows
  ? ["MioWindows"]
  : [
    .target(name: "MioEpoll", condition: .when(platforms: [.linux, .android])),
    .target(name: "MioKqueue", condition: .when(platforms: apples + bsds)),
  ]

// The tests that run under Wine are libraries of one program.
let wineTests: [Target] = [
  .target(name: "CWineHandles", path: "Tests/CWineHandles"),
  .target(name: "CWinsockRecorder", path: "Tests/CWinsockRecorder"),
  .target(name: "CMainThreadTasks", path: "Tests/CMainThreadTasks"),
  .target(
    name: "TestHelpers",
    dependencies: ["CWineHandles", "MioCore", "MioNet", "MioTestSupport", "MioWindows"],
    path: "Tests/TestHelpers", exclude: ["Linux"], cSettings: wineC,
    swiftSettings: settings + wineSwift),
  .target(
    name: "MioParityTests", dependencies: ["MioCore", "MioNet", "MioTestSupport", "TestHelpers"],
    path: "Tests/MioParityTests", exclude: ["Linux"], cSettings: wineC, swiftSettings: settings),
  .target(
    name: "MioNetTests",
    dependencies: ["CMioErrors", "MioCore", "MioNet", "MioTestSupport", "TestHelpers"],
    path: "Tests/MioNetTests", exclude: ["Linux"], cSettings: wineC, swiftSettings: settings),
  .target(
    name: "MioWineTests",
    dependencies: [
      "CMioWindows", "CWineHandles", "CWinsockRecorder", "MioCore", "MioNet", "MioTestSupport",
      "MioWindows", "TestHelpers",
    ],
    path: "Tests/MioWineTests", cSettings: wineC, swiftSettings: settings + wineSwift),
  .target(
    name: "WineRunner",
    dependencies: ["CMainThreadTasks", "MioNetTests", "MioParityTests", "MioWineTests"],
    path: "Tests/WineRunner", exclude: ["main.c"], cSettings: wineC, swiftSettings: settings),
]

let linuxTests: [Target] = [
  .target(name: "CTestHelpers", path: "Tests/CTestHelpers"),
  .target(name: "CFaultInjection", path: "Tests/CFaultInjection"),
  .target(
    name: "TestHelpers",
    dependencies: [
      "CFaultInjection", "CTestHelpers", "MioCore", "MioEpoll", "MioKqueue", "MioNet", "MioPoll",
      "MioTestSupport",
      .target(name: "CLibkqueue", condition: .when(traits: ["Libkqueue"])),
    ],
    path: "Tests/TestHelpers", exclude: ["Wine"], cSettings: libkqueueC,
    swiftSettings: settings + libkqueueSwift),
  .testTarget(
    name: "MioCoreTests", dependencies: ["MioCore", "MioTestSupport", "TestHelpers"],
    swiftSettings: settings),
  .testTarget(
    name: "MioEpollTests",
    dependencies: [
      "CMioEpoll", "CTestHelpers", "MioCore", "MioEpoll", "MioNet", "MioTestSupport",
      "TestHelpers",
    ],
    swiftSettings: settings),
  .testTarget(
    name: "MioKqueueTests",
    dependencies: [
      "CMioKqueue", "MioCore", "MioKqueue", "MioNet", "MioTestSupport", "TestHelpers",
    ],
    cSettings: libkqueueC, swiftSettings: settings + libkqueueSwift),
  .testTarget(
    name: "MioPollTests",
    dependencies: [
      "CMioPoll", "CTestHelpers", "MioCore", "MioEpoll", "MioNet", "MioPoll", "MioTestSupport",
      "TestHelpers",
    ],
    swiftSettings: settings),
  .testTarget(
    name: "MioWindowsTests",
    dependencies: [
      "CMioErrors", "CMioThread", "CMioWindows", "MioCore", "MioTestSupport", "MioWindows",
      "TestHelpers",
    ],
    swiftSettings: settings),
  .testTarget(
    name: "MioNetTests",
    dependencies: [
      "CMioErrors", "CMioSocket", "CTestHelpers", "MioCore", "MioEpoll", "MioNet", "MioTestSupport",
      "TestHelpers",
    ],
    swiftSettings: settings),
  .testTarget(
    name: "MioParityTests", dependencies: ["MioCore", "MioNet", "MioTestSupport", "TestHelpers"],
    swiftSettings: settings),
  .testTarget(
    name: "MioModelTests",
    dependencies: ["CTestHelpers", "MioCore", "MioNet", "TestHelpers"],
    swiftSettings: settings),
  .testTarget(
    name: "MioTestSupportTests",
    dependencies: [
      "ExampleSupport", "MioCore", "MioEpoll", "MioNet", "MioPoll", "MioTestSupport",
      "TestHelpers",
    ],
    swiftSettings: settings),
]

let package = Package(
  name: "mio",
  // What `Atomic` and 128-bit integers need.
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "MioCore", targets: ["MioCore"]),
    .library(name: "MioEpoll", targets: ["MioEpoll"]),
    .library(name: "MioPoll", targets: ["MioPoll"]),
    .library(name: "MioKqueue", targets: ["MioKqueue"]),
    .library(name: "MioWindows", targets: ["MioWindows"]),
    .library(name: "MioNet", targets: ["MioNet"]),
    .library(name: "MioTestSupport", targets: ["MioTestSupport"]),
  ],
  traits: [
    .trait(
      name: "Libkqueue",
      description: "Runs MioKqueue on Linux over libkqueue, for tests: scripts/test-kqueue")
  ],
  targets: [
    .target(name: "CMioErrors"),
    .target(name: "CMioLock"),
    .target(name: "CMioSystemCalls"),
    .target(name: "CMioEpoll", dependencies: ["CMioSystemCalls"]),
    .target(name: "CMioPoll"),
    .target(name: "CMioLibrary"),
    .target(name: "CMioSocket", dependencies: ["CMioErrors", "CMioLibrary", "CMioSystemCalls"]),
    .target(name: "CMioThread"),
    .target(
      name: "MioCore", dependencies: ["CMioErrors"], cSettings: wineC, swiftSettings: settings),
    .target(
      name: "MioEpoll", dependencies: ["MioCore", "CMioEpoll", "CMioErrors"],
      swiftSettings: settings + [
        .define("MIO_EPOLL_CALLS", .when(platforms: [.linux, .android]))
      ]),
    .target(name: "MioLock", dependencies: ["CMioLock"], swiftSettings: settings),
    .target(
      name: "MioPoll", dependencies: ["MioCore", "MioLock", "CMioPoll", "CMioErrors"],
      swiftSettings: settings + [
        .define("MIO_POLL_CALLS", .when(platforms: [.linux, .android] + apples + bsds))
      ]),
    .target(
      name: "CMioKqueue",
      dependencies: [.target(name: "CLibkqueue", condition: .when(traits: ["Libkqueue"]))],
      cSettings: libkqueueC),
    .systemLibrary(name: "CLibkqueue", path: "Tests/CLibkqueue", pkgConfig: "libkqueue"),
    .target(
      name: "MioKqueue", dependencies: ["MioCore", "MioLock", "CMioKqueue", "CMioErrors"],
      cSettings: libkqueueC,
      swiftSettings: settings + [
        .define("MIO_KQUEUE_CALLS", .when(platforms: apples + bsds)),
        .define("MIO_KQUEUE_CALLS", .when(traits: ["Libkqueue"])),
      ]),
    .target(name: "CMioWindows", dependencies: ["CMioLibrary"]),
    .target(
      name: "MioWindows", dependencies: ["MioCore", "MioLock", "CMioErrors", "CMioWindows"],
      cSettings: wineC,
      swiftSettings: settings + [
        .define("MIO_AFD_CALLS", .when(platforms: [.windows]))
      ] + wineSwift),
    .target(
      name: "MioNet", dependencies: ["MioCore", "CMioSocket", "CMioErrors"],
      cSettings: wineC, swiftSettings: settings),
    .target(
      name: "MioTestSupport", dependencies: ["MioCore", "CMioThread"], cSettings: wineC,
      swiftSettings: settings),
    .target(name: "CConsole", path: "Examples/CConsole"),
    .target(
      name: "ExampleSupport",
      dependencies: ["CConsole", "MioCore", "MioNet"] + systemBackends,
      path: "Examples/ExampleSupport", exclude: [isForWindows ? "POSIX" : "Windows"],
      cSettings: wineC, swiftSettings: settings + wineSwift),
    .executableTarget(
      name: "tcp-echo", dependencies: ["ExampleSupport", "MioCore", "MioNet"],
      path: "Examples/tcp-echo", cSettings: wineC, swiftSettings: settings),
    .executableTarget(
      name: "tcp-proxy", dependencies: ["ExampleSupport", "MioCore", "MioNet"],
      path: "Examples/tcp-proxy", cSettings: wineC, swiftSettings: settings),
    .executableTarget(
      name: "udp-echo", dependencies: ["ExampleSupport", "MioCore", "MioNet"],
      path: "Examples/udp-echo", swiftSettings: settings),
    .executableTarget(
      name: "unix-echo", dependencies: ["ExampleSupport", "MioCore", "MioNet"],
      path: "Examples/unix-echo", swiftSettings: settings),
    .executableTarget(
      name: "inherited-listener",
      dependencies: ["ExampleSupport", "MioCore", "MioNet"],
      path: "Examples/inherited-listener", swiftSettings: settings),
    .executableTarget(
      name: "quick-start", dependencies: ["MioCore", "MioEpoll", "MioNet"],
      path: "Examples/quick-start", swiftSettings: settings),
  ] + (isForWine ? wineTests : linuxTests)
)
