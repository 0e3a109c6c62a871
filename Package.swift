// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every Swift target: warnings are errors, imports are explicit.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser",
  package: "swift-argument-parser"
)

let package = Package(
  name: "sdei-toolkit",
  products: [
    .executable(name: "sdeictl", targets: ["sdeictl"]),
    .library(
      name: "SDEI",
      targets: ["SDEIModel", "SDEIFormats", "SDEIEngine", "SDEIJournal", "SDEIVerify", "SDEIDiff"]
    ),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "SDEIModel", swiftSettings: strict),
    .target(name: "SDEIWire", dependencies: ["CZlib"], swiftSettings: strict),
    .target(name: "SDEIFormats", dependencies: ["SDEIModel", "SDEIWire"], swiftSettings: strict),
    .target(name: "SDEIEngine", dependencies: ["SDEIModel"], swiftSettings: strict),
    .target(
      name: "SDEIJournal",
      dependencies: ["SDEIModel", "SDEIWire", "SDEIFormats", "SDEIEngine"],
      swiftSettings: strict
    ),
    .target(
      name: "SDEIVerify",
      dependencies: ["SDEIModel", "SDEIWire", "SDEIEngine", "SDEIFormats", "SDEIJournal"],
      swiftSettings: strict
    ),
    .target(
      name: "SDEIDiff",
      dependencies: ["SDEIModel", "SDEIWire", "SDEIFormats"],
      swiftSettings: strict
    ),
    .target(
      name: "SDEICommands",
      dependencies: [
        "SDEIModel", "SDEIWire", "SDEIFormats", "SDEIEngine", "SDEIJournal", "SDEIVerify",
        "SDEIDiff", argumentParser,
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "sdeictl",
      dependencies: ["SDEICommands", argumentParser],
      swiftSettings: strict
    ),
    .target(
      name: "SDEITestSupport",
      dependencies: ["SDEIModel", "SDEIWire", "SDEIFormats", "CZlib"],
      path: "Tests/SDEITestSupport"
    ),
    .testTarget(
      name: "SDEIModelTests",
      dependencies: ["SDEIModel", "SDEIFormats", "SDEITestSupport"]
    ),
    .testTarget(name: "SDEIWireTests", dependencies: ["SDEIWire", "SDEITestSupport"]),
    .testTarget(
      name: "SDEIFormatsTests",
      dependencies: ["SDEIModel", "SDEIWire", "SDEIFormats", "SDEITestSupport"]
    ),
    .testTarget(
      name: "SDEIEngineTests",
      dependencies: [
        "SDEIModel", "SDEIWire", "SDEIEngine", "SDEIFormats", "SDEIJournal", "SDEIVerify",
        "SDEITestSupport",
      ]
    ),
    .testTarget(
      name: "SDEIJournalTests",
      dependencies: [
        "SDEIModel", "SDEIWire", "SDEIFormats", "SDEIEngine", "SDEIJournal", "SDEITestSupport",
      ]
    ),
    .testTarget(
      name: "SDEIVerifyTests",
      dependencies: [
        "SDEIModel", "SDEIWire", "SDEIFormats", "SDEIEngine", "SDEIJournal", "SDEIVerify",
        "SDEITestSupport",
      ]
    ),
    .testTarget(
      name: "SDEIDiffTests",
      dependencies: [
        "SDEIModel", "SDEIWire", "SDEIFormats", "SDEIDiff", "SDEITestSupport", "sdeictl",
      ]
    ),
    .testTarget(
      name: "SDEICommandsTests",
      dependencies: ["SDEIModel", "SDEIFormats", "SDEIVerify", "SDEITestSupport", "sdeictl"]
    ),
  ]
)
