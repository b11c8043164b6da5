// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
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
  targets: [
    .target(name: "CMioErrors"),
    .target(name: "CMioSystemCalls"),
    .target(name: "CMioEpoll", dependencies: ["CMioSystemCalls"]),
    .target(name: "CMioPoll"),
    .target(name: "CMioSocket", dependencies: ["CMioSystemCalls"]),
    .target(name: "CMioThread"),
    .target(name: "MioCore", dependencies: ["CMioErrors"], swiftSettings: settings),
    .target(
      name: "MioEpoll", dependencies: ["MioCore", "CMioEpoll", "CMioErrors"],
      swiftSettings: settings + [
        .define("MIO_EPOLL_CALLS", .when(platforms: [.linux, .android]))
      ]),
    .target(
      name: "MioPoll", dependencies: ["MioCore", "CMioPoll", "CMioErrors"],
      swiftSettings: settings + [
        .define(
          "MIO_POLL_CALLS",
          .when(platforms: [
            .linux, .android, .macOS, .iOS, .tvOS, .watchOS, .visionOS, .openbsd,
          ]))
      ]),
    .target(name: "MioKqueue", dependencies: ["MioCore"], swiftSettings: settings),
    .target(name: "MioWindows", dependencies: ["MioCore"], swiftSettings: settings),
    .target(
      name: "MioNet", dependencies: ["MioCore", "CMioSocket", "CMioErrors"],
      swiftSettings: settings),
    .target(
      name: "MioTestSupport", dependencies: ["MioCore", "CMioThread"], swiftSettings: settings),
    .target(
      name: "ExampleSupport", dependencies: ["MioCore", "MioNet"], path: "Examples/ExampleSupport",
      swiftSettings: settings),
    .executableTarget(
      name: "tcp-echo", dependencies: ["ExampleSupport", "MioCore", "MioEpoll", "MioNet"],
      path: "Examples/tcp-echo", swiftSettings: settings),
    .executableTarget(
      name: "udp-echo", dependencies: ["ExampleSupport", "MioCore", "MioEpoll", "MioNet"],
      path: "Examples/udp-echo", swiftSettings: settings),
    .executableTarget(
      name: "unix-echo", dependencies: ["ExampleSupport", "MioCore", "MioEpoll", "MioNet"],
      path: "Examples/unix-echo", swiftSettings: settings),
    .executableTarget(
      name: "inherited-listener",
      dependencies: ["ExampleSupport", "MioCore", "MioEpoll", "MioNet"],
      path: "Examples/inherited-listener", swiftSettings: settings),
    .executableTarget(
      name: "quick-start", dependencies: ["MioCore", "MioEpoll", "MioNet"],
      path: "Examples/quick-start", swiftSettings: settings),
    .target(name: "CTestHelpers", path: "Tests/CTestHelpers"),
    .target(name: "CFaultInjection", path: "Tests/CFaultInjection"),
    .target(
      name: "TestHelpers",
      dependencies: [
        "CFaultInjection", "CTestHelpers", "MioCore", "MioEpoll", "MioNet", "MioPoll",
        "MioTestSupport",
      ],
      path: "Tests/TestHelpers", swiftSettings: settings),
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
      name: "MioPollTests",
      dependencies: [
        "CMioPoll", "CTestHelpers", "MioCore", "MioEpoll", "MioNet", "MioPoll", "MioTestSupport",
        "TestHelpers",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "MioNetTests",
      dependencies: [
        "CMioSocket", "CTestHelpers", "MioCore", "MioEpoll", "MioNet", "MioTestSupport",
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
      dependencies: ["MioCore", "MioEpoll", "MioNet", "MioTestSupport", "TestHelpers"],
      swiftSettings: settings),
  ]
)
