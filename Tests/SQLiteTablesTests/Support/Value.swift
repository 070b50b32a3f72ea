@testable import SQLiteTables

/// One value of a test's row.
enum Value: Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text([UInt8])
  case blob([UInt8])

  static func text(_ string: String) -> Value { .text([UInt8](string.utf8)) }

  /// What a database holds in a column of the current row.
  init(_ statement: borrowing Statement, _ column: Int) {
    self =
      switch statement.storageClass(column) {
      case .null: .null
      case .integer: .integer(statement.int64(column))
      case .real: .real(statement.double(column))
      case .text: .text(statement.bytes(column))
      case .blob: .blob(statement.bytes(column))
      }
  }

  func bind(to statement: borrowing Statement, at index: Int) throws {
    switch self {
    case .null: try statement.bindNull(at: index)
    case .integer(let value): try statement.bind(value, at: index)
    case .real(let value): try statement.bind(value, at: index)
    case .text(let bytes): try statement.bind(String(decoding: bytes, as: UTF8.self), at: index)
    case .blob(let bytes): try statement.bind(blob: bytes.span, at: index)
    }
  }
}
