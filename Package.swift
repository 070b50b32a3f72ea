// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: the Swift 6 language mode, strict memory safety (each unsafe
/// expression is marked), and the stricter import and existential rules.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A C library of the system; exactly one Swift module imports each.
func systemLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(
    name: "CReceipt\(name)", path: "Sources/C/\(name)", pkgConfig: pkgConfig,
    providers: [.apt([apt])])
}

let package = Package(
  name: "receipt",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "receipt", targets: ["receipt"]),
    .library(name: "Parquet", targets: ["Parquet"]),
    .library(name: "Dump", targets: ["Dump"]),
    .library(name: "ObjectStorage", targets: ["ObjectStorage"]),
    .library(name: "Operations", targets: ["Operations"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.0"),
  ],
  targets: [
    .systemLibrary(name: "CReceiptProcessor", path: "Sources/C/Processor"),
    .systemLibrary(name: "CReceiptSystem", path: "Sources/C/System"),
    systemLibrary("Brotli", pkgConfig: "libbrotlidec libbrotlienc", apt: "libbrotli-dev"),
    systemLibrary("Curl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    systemLibrary("Expat", pkgConfig: "expat", apt: "libexpat1-dev"),
    systemLibrary("LZ4", pkgConfig: "liblz4", apt: "liblz4-dev"),
    systemLibrary("OpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
    systemLibrary("Snappy", pkgConfig: "snappy", apt: "libsnappy-dev"),
    systemLibrary("PostgreSQL", pkgConfig: "libpq", apt: "libpq-dev"),
    systemLibrary("SQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    systemLibrary("Zlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    systemLibrary("Zstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    .target(
      name: "Parquet",
      dependencies: [
        "CReceiptBrotli", "CReceiptLZ4", "CReceiptSnappy", "CReceiptZlib", "CReceiptZstd",
      ],
      swiftSettings: settings),
    .target(name: "Dump", swiftSettings: settings),
    .target(
      name: "SQLiteTables", dependencies: ["CReceiptProcessor", "CReceiptSQLite", "Parquet"],
      swiftSettings: settings),
    .target(
      name: "PostgreSQLTables", dependencies: ["Parquet", "CReceiptPostgreSQL"],
      swiftSettings: settings),
    .target(name: "OpenSSLCrypto", dependencies: ["CReceiptOpenSSL"], swiftSettings: settings),
    .target(name: "CurlHTTP", dependencies: ["CReceiptCurl"], swiftSettings: settings),
    .target(
      name: "AWS", dependencies: ["CReceiptExpat", "CurlHTTP", "OpenSSLCrypto"],
      swiftSettings: settings),
    .target(
      name: "ObjectStorage", dependencies: ["AWS", "CurlHTTP", "OpenSSLCrypto"],
      swiftSettings: settings),
    .target(
      name: "Warehouse", dependencies: ["AWS", "CurlHTTP", "Dump", "OpenSSLCrypto"],
      swiftSettings: settings),
    .target(
      name: "HTTPServing",
      dependencies: [.product(name: "FlyingSocks", package: "FlyingFox")],
      swiftSettings: settings),
    .target(
      name: "Operations",
      dependencies: [
        "AWS", "CReceiptSystem", "CurlHTTP", "Dump", "HTTPServing", "ObjectStorage",
        "OpenSSLCrypto", "Parquet", "PostgreSQLTables", "SQLiteTables", "Warehouse",
        .product(name: "Logging", package: "swift-log"), .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "receipt",
      dependencies: [
        "AWS", "Dump", "ObjectStorage", "Operations", "Parquet", "SQLiteTables", "Warehouse",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "AWS", "CurlHTTP", "Dump", "ObjectStorage", "Operations", "Parquet", "TestSupport",
        "receipt",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Benchmarks/Dumps", swiftSettings: settings),
    .executableTarget(
      name: "SQLitePagesBenchmark", dependencies: ["SQLiteTables"],
      path: "Tests/Benchmarks/SQLitePages", swiftSettings: settings),
    .target(
      name: "TestSupport", dependencies: ["AWS", "CurlHTTP", "ObjectStorage"],
      path: "Tests/Support", swiftSettings: settings),
    .testTarget(
      name: "ParquetTests", dependencies: ["Parquet"], exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(name: "ArchitectureTests", swiftSettings: settings),
    .testTarget(
      name: "AWSTests", dependencies: ["AWS", "CurlHTTP", "OpenSSLCrypto", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "AWS", "CurlHTTP", "ObjectStorage", "receipt", "SQLiteTables", "TestSupport", "Warehouse",
      ],
      exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "DumpTests", dependencies: ["Dump", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "ObjectStorageTests",
      dependencies: ["AWS", "CurlHTTP", "ObjectStorage", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "HTTPServingTests", dependencies: ["CurlHTTP", "HTTPServing", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "OperationsTests",
      dependencies: [
        "Dump", "ObjectStorage", "Operations", "SQLiteTables", "TestSupport", "Warehouse",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "PostgreSQLTablesTests", dependencies: ["PostgreSQLTables", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "SQLiteTablesTests", dependencies: ["SQLiteTables", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "WarehouseTests",
      dependencies: ["AWS", "CurlHTTP", "Dump", "OpenSSLCrypto", "TestSupport", "Warehouse"],
      exclude: ["Fixtures"], swiftSettings: settings),
  ]
)
