import Dump
import ObjectStorage
import Parquet
import PostgreSQLTables
import SQLiteTables
import Warehouse

extension OperationError {
  /// Any error of the modules below, as the error of an operation.
  public init(_ error: any Error) {
    switch error {
    case let error as OperationError: self = error
    case let error as StorageError:
      self.init(error.code.outcome, error.message, hint: error.hint)
    case let error as ParquetError:
      self.init(error.code.outcome, error.description, hint: error.hint)
    case let error as DumpError:
      self.init(.corrupt, error.message, hint: error.hint)
    case let error as WarehouseError:
      self.init(error.code.outcome, error.message, hint: error.hint)
    case let error as SQLiteError:
      self.init(error.code.outcome, error.message, hint: error.hint)
    case let error as PostgreSQLError:
      self.init(error.code.outcome, error.message, hint: error.hint)
    case is CancellationError:
      self.init(.interrupted, "interrupted")
    default:
      self.init(.failed, "\(error)")
    }
  }
}

extension StorageError.Code {
  fileprivate var outcome: Outcome {
    switch self {
    case .accessDenied: .accessDenied
    case .changed, .conflict, .unavailable: .transient
    case .checksum: .corrupt
    case .configuration: .usage
    case .cancelled: .interrupted
    default: .failed
    }
  }
}

extension SQLiteError.Code {
  fileprivate var outcome: Outcome {
    switch self {
    case .accessDenied: .accessDenied
    case .locked: .locked
    case .interrupted: .interrupted
    default: .failed
    }
  }
}

extension PostgreSQLError.Code {
  fileprivate var outcome: Outcome {
    switch self {
    case .usage: .usage
    case .accessDenied: .accessDenied
    case .unavailable: .transient
    case .locked: .locked
    case .interrupted: .interrupted
    default: .failed
    }
  }
}

extension WarehouseError.Code {
  fileprivate var outcome: Outcome {
    switch self {
    case .accessDenied: .accessDenied
    case .configuration: .usage
    case .aborted, .conflict, .unavailable: .transient
    case .cancelled: .interrupted
    default: .failed
    }
  }
}

extension ParquetError.Code {
  fileprivate var outcome: Outcome {
    switch self {
    // What is not found is a column that the caller has asked for.
    case .notFound, .options: .usage
    case .corrupt, .notParquet, .footer, .pageChecksum: .corrupt
    default: .failed
    }
  }
}
