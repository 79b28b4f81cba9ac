// swift-tools-version: 6.3
import PackageDescription

/// Language settings of every target: what a later language version will demand, demanded today.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

// The arrows between the targets are drawn in ARCHITECTURE.md and checked by Tests/check-imports.
let package = Package(
    name: "cctv",
    products: [.executable(name: "cctv", targets: ["cctv"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat",
            providers: [
                .apt([
                    "libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswresample-dev",
                    "libswscale-dev",
                ])
            ]),
        .systemLibrary(
            name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(
            name: "CGnuTLS", pkgConfig: "gnutls", providers: [.apt(["libgnutls28-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .target(name: "CDemoVideo", exclude: ["demo.mp4"]),
        .target(name: "CWebAssets", exclude: ["api", "list-assets", "web"]),
        .target(name: "CServiceUnit"),
        .target(name: "Platform", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "ISOBMFF", swiftSettings: strict),
        .target(name: "RTSP", dependencies: ["Platform"], swiftSettings: strict),
        .target(
            name: "AVRemux", dependencies: ["CFFmpeg", "ISOBMFF", "Platform", "RTSP"],
            swiftSettings: strict),
        .target(
            name: "Archive", dependencies: ["CSQLite", "ISOBMFF", "Platform"],
            swiftSettings: strict),
        .target(
            name: "Notify", dependencies: ["CCurl", "CMosquitto", "Platform"],
            swiftSettings: strict),
        .target(
            name: "FakeCamera",
            dependencies: ["AVRemux", "CDemoVideo", "CLinux", "Platform", "RTSP"],
            swiftSettings: strict),
        .target(
            name: "Console",
            dependencies: [
                "CCrypt", "CGnuTLS", "CWebAssets", "Platform",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "cctv",
            dependencies: [
                "AVRemux", "Archive", "CLinux", "CServiceUnit", "Console", "FakeCamera", "ISOBMFF",
                "Notify", "Platform", "RTSP",
                argumentParser,
            ],
            swiftSettings: strict,
            // Nothing looks a symbol up in the program; the tables for it take a tenth of its size.
            linkerSettings: [
                .unsafeFlags(
                    ["-Xlinker", "--no-export-dynamic", "-Xlinker", "--icf=safe"],
                    .when(configuration: .release))
            ]),
        // Many cameras in one process, for the benchmark and for tests from outside; not shipped.
        .executableTarget(
            name: "fake-camera", dependencies: ["FakeCamera", "Platform", "RTSP", argumentParser],
            path: "Tests/fake-camera", swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["CLinux", "ISOBMFF", "Platform"],
            path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "PlatformTests", dependencies: ["Platform", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ISOBMFFTests", dependencies: ["ISOBMFF", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "RTSPTests", dependencies: ["Platform", "RTSP", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "AVRemuxTests",
            dependencies: ["AVRemux", "FakeCamera", "ISOBMFF", "Platform", "RTSP", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ArchiveTests",
            dependencies: ["AVRemux", "Archive", "ISOBMFF", "Platform", "RTSP", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Console", "Platform", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "NotifyTests", dependencies: ["Notify", "Platform", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "FakeCameraTests",
            dependencies: ["AVRemux", "FakeCamera", "Platform", "RTSP", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "cctvTests",
            dependencies: ["AVRemux", "Console", "Platform", "RTSP", "TestSupport", "cctv"],
            swiftSettings: strict),
    ],
    // CDemoVideo and CWebAssets use #embed, which earlier standards take for an extension.
    cLanguageStandard: .c2x
)

// The sanitizers look at what touches memory and threads by itself. Without what stands on it, the HTTP
// server above all, each of their two builds takes minutes less.
if Context.environment["CCTV_WITHOUT_CONSOLE"] != nil {
    let standingOnIt = [
        "CWebAssets", "Console", "Notify", "cctv", "ConsoleTests", "NotifyTests", "cctvTests",
    ]
    package.targets.removeAll { standingOnIt.contains($0.name) }
    package.products.removeAll()
}
