import Foundation
import Testing

/// The interpreter that `RECEIPT_PYTHON` names, with other programs that read Parquet.
enum Python {
  private static let path = ProcessInfo.processInfo.environment["RECEIPT_PYTHON"]

  /// Whether it is there and has DuckDB.
  static let works = has("duckdb")

  /// Whether it is there and has a package.
  static func has(_ package: String) -> Bool {
    path.map { Tool.works($0, "-c", "import \(package)") } ?? false
  }

  /// Runs a program in a directory.
  ///
  /// - Returns: the lines that it has printed.
  /// - Throws: what the system reports.
  static func lines(_ program: String, in scratch: Scratch) throws -> [String] {
    guard let path else { return [] }
    let result = try Tool.run(path, ["-c", program], in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    return result.output.split(separator: "\n").map(String.init)
  }
}
