// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let apples: [Platform] = [.macOS, .macCatalyst, .iOS, .tvOS, .watchOS, .visionOS]
// This manifest's version has no name for FreeBSD yet.
let bsds: [Platform] = [.custom("freebsd"), .openbsd]

// MioKqueue runs on Linux over libkqueue, for tests: `scripts/test-kqueue`. It is no trait: users would see it,
// and tools that enable all traits would want libkqueue.
let isForLibkqueue = Context.environment["MIO_LIBKQUEUE"] != nil
let libkqueue: [Target] =
  isForLibkqueue
  ? [.systemLibrary(name: "CLibkqueue", path: "Tests/CLibkqueue", pkgConfig: "libkqueue")] : []
let libkqueueDependency: [Target.Dependency] = isForLibkqueue ? ["CLibkqueue"] : []
let libkqueueC: [CSetting] = isForLibkqueue ? [.define("C_MIO_LIBKQUEUE")] : []
let libkqueueSwift: [SwiftSetting] = isForLibkqueue ? [.define("MIO_KQUEUE_CALLS")] : []
let kqueueSwift: [SwiftSetting] =
  libkqueueSwift + [.define("MIO_KQUEUE_CALLS", .when(platforms: apples + bsds))]

// Swift is compiled for Linux, to run under Wine with shims that winegcc compiles: `scripts/test-wine`.
let isForWine = Context.environment["MIO_WINE"] != nil
let wineC: [CSetting] = isForWine ? [.define("C_MIO_WINDOWS")] : []
let wineSwift: [SwiftSetting] = isForWine ? [.define("MIO_AFD_CALLS")] : []

// What is built for the host only: examples and tests. Those that a system cannot build are left out here.
// `scripts/check-systems` asks for what is built on another system.
#if os(Windows)
let host = "windows"
#elseif os(Linux) || os(Android)
let host = "linux"
#else
let host = "kqueue"
#endif
let system = isForWine ? "windows" : Context.environment["MIO_SYSTEM"] ?? host

let cLibrary = Target.target(
  name: "CLibrary", path: "Tests/CLibrary", swiftSettings: settings)

// The tests that run under Wine are libraries of one program.
let wineTests: [Target] = [
  cLibrary,
  .target(name: "CWineHandles", path: "Tests/CWineHandles"),
  .target(name: "CWinsockRecorder", path: "Tests/CWinsockRecorder"),
  .target(name: "CMainThreadTasks", path: "Tests/CMainThreadTasks"),
  .target(
    name: "TestHelpers",
    dependencies: [
      "CLibrary", "CWineHandles", "MioCore", "MioNet", "MioTestSupport", "MioWindows",
    ],
    path: "Tests/TestHelpers", exclude: ["Kqueue", "Linux", "POSIX"], cSettings: wineC,
    swiftSettings: settings + wineSwift),
  .target(
    name: "MioParityTests", dependencies: ["MioCore", "MioNet", "MioTestSupport", "TestHelpers"],
    path: "Tests/MioParityTests", exclude: ["Linux"], cSettings: wineC, swiftSettings: settings),
  .target(
    name: "MioNetTests",
    dependencies: [
      "CLibrary", "CMioErrors", "MioCore", "MioNet", "MioSystem", "MioTestSupport", "TestHelpers",
    ],
    path: "Tests/MioNetTests", exclude: ["Linux", "POSIX"], cSettings: wineC,
    swiftSettings: settings),
  .target(
    name: "MioWineTests",
    dependencies: [
      "CMioSignals", "CMioWindows", "CWineHandles", "CWinsockRecorder", "MioCore", "MioNet",
      "MioSignals", "MioTestSupport", "MioWindows", "TestHelpers",
    ],
    path: "Tests/MioWineTests", cSettings: wineC, swiftSettings: settings + wineSwift),
  .target(
    name: "WineRunner",
    dependencies: ["CMainThreadTasks", "MioNetTests", "MioParityTests", "MioWineTests"],
    path: "Tests/WineRunner", exclude: ["main.c"], cSettings: wineC, swiftSettings: settings),
]

let linuxHelpers: [Target.Dependency] = [
  "CFaultInjection", "CMioKqueue", "CMioPoll", "CTestHelpers", "MioEpoll",
]

// What is the same on Linux, Apple's systems and the BSDs. Some of it is in a folder for one system.
let otherSystems = system == "linux" ? ["Kqueue"] : ["Glibc", "Linux"]
let posixTests: [Target] = [
  cLibrary,
  .target(
    name: "TestHelpers",
    dependencies: [
      "CLibrary", "MioCore", "MioKqueue", "MioNet", "MioPoll", "MioTestSupport",
    ] + (system == "linux" ? linuxHelpers + libkqueueDependency : []),
    path: "Tests/TestHelpers",
    exclude: ["Wine"] + otherSystems, cSettings: libkqueueC,
    swiftSettings: settings + libkqueueSwift + [.enableExperimentalFeature("Lifetimes")]),
  .testTarget(
    name: "MioLockTests", dependencies: ["CMioLock", "MioLock", "TestHelpers"],
    swiftSettings: settings),
  .testTarget(
    name: "MioCoreTests", dependencies: ["CLibrary", "MioCore", "MioTestSupport", "TestHelpers"],
    swiftSettings: settings),
  .testTarget(
    name: "MioKqueueTests",
    dependencies: [
      "CLibrary", "CMioKqueue", "CMioSystemCalls", "MioCore", "MioKqueue", "MioNet",
      "MioTestSupport", "TestHelpers",
    ],
    cSettings: libkqueueC, swiftSettings: settings + kqueueSwift),
  .testTarget(
    name: "MioModelTests",
    dependencies: [
      "CLibrary", "CMioSocket", "MioCore", "MioNet", "MioTestSupport", "TestHelpers",
    ]
      + (system == "linux" ? ["CTestHelpers"] : ["MioKqueue"]),
    exclude: [system == "linux" ? "Kqueue" : "Linux"], swiftSettings: settings),
  .testTarget(
    name: "MioNetTests",
    dependencies: [
      "CLibrary", "CMioErrors", "CMioSocket", "MioCore", "MioNet", "MioSignals", "MioSystem",
      "MioTestSupport", "TestHelpers",
    ] + (system == "linux" ? ["CFuzz", "CTestHelpers", "MioEpoll"] : []),
    exclude: system == "linux" ? [] : ["Linux"], swiftSettings: settings),
  .testTarget(
    name: "MioParityTests", dependencies: ["MioCore", "MioNet", "MioTestSupport", "TestHelpers"],
    exclude: system == "linux" ? [] : ["Linux"], swiftSettings: settings),
  .testTarget(
    name: "MioPollTests",
    dependencies: [
      "CLibrary", "CMioPoll", "MioCore", "MioNet", "MioPoll", "MioTestSupport", "TestHelpers",
    ] + (system == "linux" ? ["CTestHelpers", "MioEpoll"] : []),
    exclude: system == "linux" ? [] : ["Linux"], swiftSettings: settings),
  .testTarget(
    name: "MioSignalsTests",
    dependencies: [
      "CLibrary", "CMioSignals", "MioCore", "MioNet", "MioSignals", "MioSystem",
      "MioTestSupport", "TestHelpers",
    ] + (system == "linux" ? ["CTestHelpers"] : []),
    exclude: system == "linux" ? [] : ["Linux"], swiftSettings: settings),
  .testTarget(
    name: "MioTestSupportTests",
    dependencies: [
      "CLibrary", "ExampleSupport", "MioCore", "MioNet", "MioPoll", "MioSystem", "MioTestSupport",
      "TestHelpers",
    ],
    swiftSettings: settings),
]

let linuxTests: [Target] = [
  .target(name: "CTestHelpers", path: "Tests/CTestHelpers"),
  .target(name: "CFaultInjection", path: "Tests/CFaultInjection"),
  .target(
    name: "CFuzz", dependencies: ["CMioSocket"], path: "Tests/Fuzz",
    exclude: ["FuzzHTTP.swift", "Guided.c", "Seeded.c"]),
  .testTarget(
    name: "MioEpollTests",
    dependencies: [
      "CMioEpoll", "CTestHelpers", "MioCore", "MioEpoll", "MioNet", "MioTestSupport",
      "TestHelpers",
    ],
    swiftSettings: settings),
  .testTarget(
    name: "MioWindowsTests",
    dependencies: [
      "CMioErrors", "CMioThread", "CMioWindows", "MioCore", "MioLock", "MioTestSupport",
      "MioWindows", "TestHelpers",
    ],
    swiftSettings: settings),
]

let tests: [Target] =
  switch system {
  case "linux": posixTests + linuxTests
  case "kqueue": posixTests
  default: isForWine ? wineTests : []
  }

let posixExamples: [Target] = [
  .executableTarget(
    name: "unix-echo", dependencies: ["ExampleSupport", "MioCore", "MioNet", "MioSystem"],
    path: "Examples/unix-echo", swiftSettings: settings),
  .executableTarget(
    name: "inherited-listener",
    dependencies: ["ExampleSupport", "MioCore", "MioNet", "MioSystem"],
    path: "Examples/inherited-listener", swiftSettings: settings),
]

let package = Package(
  name: "mio",
  // What `Atomic` and 128-bit integers need.
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "MioCore", targets: ["MioCore"]),
    .library(name: "MioSystem", targets: ["MioSystem"]),
    .library(name: "MioEpoll", targets: ["MioEpoll"]),
    .library(name: "MioPoll", targets: ["MioPoll"]),
    .library(name: "MioKqueue", targets: ["MioKqueue"]),
    .library(name: "MioWindows", targets: ["MioWindows"]),
    .library(name: "MioNet", targets: ["MioNet"]),
    .library(name: "MioSignals", targets: ["MioSignals"]),
    .library(name: "MioTestSupport", targets: ["MioTestSupport"]),
  ],
  targets: [
    .target(name: "CMioErrors"),
    .target(name: "CMioLock"),
    .target(name: "CMioSystemCalls"),
    .target(name: "CMioEpoll", dependencies: ["CMioSystemCalls"]),
    .target(name: "CMioPoll", dependencies: ["CMioSystemCalls"]),
    .target(name: "CMioLibrary"),
    .target(name: "CMioSocket", dependencies: ["CMioErrors", "CMioLibrary", "CMioSystemCalls"]),
    .target(name: "CMioThread", dependencies: ["CMioLock"]),
    .target(
      name: "MioCore", dependencies: ["CMioErrors"], cSettings: wineC, swiftSettings: settings),
    .target(
      name: "MioEpoll",
      dependencies: ["MioCore", "CMioEpoll", "CMioErrors", "CMioSystemCalls"],
      swiftSettings: settings + [
        .define("MIO_EPOLL_CALLS", .when(platforms: [.linux, .android]))
      ]),
    .target(name: "MioLock", dependencies: ["CMioLock"], swiftSettings: settings),
    .target(
      name: "MioPoll",
      dependencies: ["MioCore", "MioLock", "CMioPoll", "CMioErrors", "CMioSystemCalls"],
      swiftSettings: settings + [
        .define("MIO_POLL_CALLS", .when(platforms: [.linux, .android] + apples + bsds))
      ]),
    .target(
      name: "CMioKqueue", dependencies: ["CMioSystemCalls"] + libkqueueDependency,
      cSettings: libkqueueC),
    .target(
      name: "MioKqueue",
      dependencies: ["MioCore", "MioLock", "CMioKqueue", "CMioErrors", "CMioSystemCalls"],
      cSettings: libkqueueC,
      swiftSettings: settings + kqueueSwift),
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
    .target(name: "CMioSignals", dependencies: ["CMioErrors", "CMioSocket", "CMioSystemCalls"]),
    .target(
      name: "MioSignals", dependencies: ["MioCore", "MioLock", "MioNet", "CMioSignals"],
      cSettings: wineC, swiftSettings: settings),
    .target(
      name: "MioSystem",
      dependencies: [
        .target(name: "MioEpoll", condition: .when(platforms: [.linux, .android])),
        .target(name: "MioKqueue", condition: .when(platforms: apples + bsds)),
        .target(name: "MioWindows", condition: isForWine ? nil : .when(platforms: [.windows])),
      ],
      swiftSettings: settings + wineSwift),
    .target(
      name: "MioTestSupport", dependencies: ["MioCore", "MioLock", "CMioThread"], cSettings: wineC,
      swiftSettings: settings),
    .target(name: "CConsole", path: "Examples/CConsole"),
    .target(
      name: "ExampleSupport",
      dependencies: ["CConsole", "CMioThread", "MioCore", "MioNet", "MioSignals"],
      path: "Examples/ExampleSupport", exclude: system == "windows" ? ["POSIX"] : [],
      cSettings: wineC, swiftSettings: settings),
    .executableTarget(
      name: "tcp-echo", dependencies: ["ExampleSupport", "MioCore", "MioNet", "MioSystem"],
      path: "Examples/tcp-echo", cSettings: wineC, swiftSettings: settings),
    .executableTarget(
      name: "tcp-proxy", dependencies: ["ExampleSupport", "MioCore", "MioNet", "MioSystem"],
      path: "Examples/tcp-proxy", cSettings: wineC, swiftSettings: settings),
    .executableTarget(
      name: "http-hello", dependencies: ["ExampleSupport", "MioCore", "MioNet", "MioSystem"],
      path: "Examples/http-hello", swiftSettings: settings),
    .executableTarget(
      name: "chat", dependencies: ["ExampleSupport", "MioCore", "MioNet", "MioSystem"],
      path: "Examples/chat", swiftSettings: settings),
    .executableTarget(
      name: "multi-core-echo",
      dependencies: ["ExampleSupport", "MioCore", "MioNet", "MioSystem"],
      path: "Examples/multi-core-echo", swiftSettings: settings),
    .executableTarget(
      name: "async-echo", dependencies: ["ExampleSupport", "MioCore", "MioNet", "MioSystem"],
      path: "Examples/async-echo", swiftSettings: settings),
    .executableTarget(
      name: "udp-echo",
      dependencies: ["ExampleSupport", "MioCore", "MioNet", "MioSignals", "MioSystem"],
      path: "Examples/udp-echo", swiftSettings: settings),
    .executableTarget(
      name: "quick-start", dependencies: ["MioCore", "MioNet", "MioSystem"],
      path: "Examples/quick-start", swiftSettings: settings),
  ] + (system == "windows" ? [] : posixExamples) + libkqueue + tests
)
