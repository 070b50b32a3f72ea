import Dump
import ObjectStorage

/// The step that puts a dump in force: `receipt.json` is replaced, if it is still the one that was
/// there at the beginning.
///
/// An answer may be lost on its way when the receipt has been replaced already. Whoever then took
/// back the dump would leave a receipt that names nothing, so that after each failure the receipt is
/// read again.
struct ReceiptReplacement {
  /// A failure after which the new receipt is, or may be, in force: its dump must stay.
  struct Doubt: Error {
    let error: OperationError
  }

  let store: any ObjectStore
  /// The receipt that was in force at the beginning.
  let previous: CurrentReceipt?
  let receipt: Receipt

  /// Replaces the receipt.
  ///
  /// - Throws: ``Doubt``; any other error if the receipt is not this one.
  func run() async throws {
    do {
      try await store.put(
        DumpKeys.receipt, Array(receipt.serialized().utf8),
        options: PutOptions(
          condition: previous.map { .matches($0.tag) } ?? .absent,
          contentType: "application/json"))
    } catch {
      let failure = OperationError(error)
      let code = (error as? StorageError)?.code
      // A task of its own: this one may have been cancelled.
      switch await Task(operation: { try await CurrentReceipt(of: store)?.receipt }).result {
      case .success(receipt):
        if code != .full, code != .system { return }
        throw Doubt(
          error: OperationError(
            failure.outcome, failure.message,
            hint: "receipt.json names the new dump already, but a crash of the system may undo that"
          ))
      case .success where code == .conflict:
        throw OperationError(
          .transient,
          "cannot replace \(DumpKeys.receipt) of \(store.description): another exporter has "
            + "written it meanwhile",
          hint: "its dump is in force; export again if yours should be")
      case .success:
        throw failure
      case .failure(let reason):
        throw Doubt(
          error: OperationError(
            failure.outcome, failure.message,
            hint: "what was written stays, since receipt.json may name it already: "
              + OperationError(reason).message))
      }
    }
  }
}
