import Dump
import FoundationEssentials
import Operations

/// A small file that a flag names.
enum InputFile {
  /// Its bytes.
  ///
  /// - Throws: `OperationError` if it cannot be read.
  static func read(_ path: String) throws -> [UInt8] {
    do {
      return Array(try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw OperationError(
        .failed, "cannot read \(path): there is no such file, or it is closed to you")
    }
  }
}
