import Dump
import ObjectStorage
import Parquet

extension Error {
  /// Whether an error says nothing of the file that was just read: the run was cancelled, or the
  /// store fails, so that the other files would fare no better.
  var endsEverything: Bool {
    if self is CancellationError { return true }
    guard let error = self as? StorageError, error.isRemote else { return false }
    return [.accessDenied, .changed, .unavailable, .configuration, .cancelled].contains(error.code)
  }
}

extension Finding {
  /// The finding that says why a file cannot be read.
  init(reading error: any Error, table: String, file: String) {
    guard let error = error as? ParquetError else {
      let cause = OperationError(error)
      self.init(
        .fileUnreadable, at: Place(table: table, file: file), cause.message, hint: cause.hint)
      return
    }
    let place = Place(
      table: table, file: file, column: error.place.column, rowGroup: error.place.rowGroup,
      offset: error.place.offset)
    let code: FindingCode =
      switch error.code {
      case .footer, .notParquet: .footerUnreadable
      case .pageChecksum: .pageCRCMismatch
      case .unsupported: .featureUnsupported
      default: .valueUndecodable
      }
    self.init(code, at: place, error.message, hint: error.hint)
  }
}
