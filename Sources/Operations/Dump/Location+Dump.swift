import Dump
public import ObjectStorage

extension Location {
  /// A location as if the receipt of one of its dumps were in force.
  ///
  /// Receipts are looked for where exporters keep them, in `receipts/`.
  ///
  /// - Parameters:
  ///   - name: the dump; `nil` for the one whose receipt is in force.
  ///   - store: the location.
  /// - Returns: the location with that receipt; whether the dump's files are still there shows when
  ///   it is looked at.
  /// - Throws: ``OperationError`` with `incomplete` if there is no receipt of such a dump, with
  ///   `corrupt` if it cannot be read; `StorageError`.
  public static func holding(
    _ name: DumpName?, _ store: any ObjectStore
  ) async throws -> any ObjectStore {
    guard let name else { return store }
    var inForce: Receipt?
    do {
      inForce = try await DumpListing.receipt(of: store)
    } catch let error as OperationError where [.incomplete, .corrupt].contains(error.outcome) {
      // The others may be there all the same.
    }
    if let inForce, name.names(inForce.timestamp) { return archived(inForce, store) }
    let kept = try await store.list(prefix: DumpKeys.receiptFolder).compactMap { object in
      if case .archivedReceipt(let timestamp) = KeyRole(object.key) { timestamp } else { nil }
    }.sorted()
    let named = kept.filter(name.names)
    if named.count > 1 {
      throw OperationError(
        .usage, "cannot take dump \(name): there are \(named.count) of that minute",
        hint: "name it by its timestamp: " + named.map(\.description).joined(separator: ", "))
    }
    if let timestamp = named.first {
      return archived(try await receipt(of: timestamp, store), store)
    }
    if let receipt = try await receipt(ofFolder: name, among: kept, inForce, store) {
      return archived(receipt, store)
    }
    let known = inForce.map { "receipt.json is of dump \($0.timestamp)" } ?? "receipt.json is none"
    throw OperationError(
      .incomplete,
      "cannot take dump \(name) of \(store.description): it has no receipt there; \(known), and "
        + "\(DumpKeys.receiptFolder) has those of \(kept.count) dumps",
      hint: kept.last.map { "the last of them is dump \($0); `receipt dumps` lists all" }
        ?? "an earlier dump can only be told whole by its receipt; this exporter keeps none")
  }

  /// The receipt of a dump whose folder has the name: a receipt may be of a later minute than its
  /// folders, but hardly of another day.
  private static func receipt(
    ofFolder name: DumpName, among kept: [Timestamp], _ inForce: Receipt?,
    _ store: any ObjectStore
  ) async throws -> Receipt? {
    guard case .label(let label) = name,
      let end = label.timestamp.advanced(by: .seconds(86_400))
    else { return nil }
    func isOfLabel(_ receipt: Receipt) -> Bool {
      DumpInventory.labels(of: receipt, locationPath: store.locationPath).contains(label)
    }
    if let inForce, isOfLabel(inForce) { return inForce }
    for timestamp in kept where timestamp >= label.timestamp && timestamp < end {
      let receipt = try await receipt(of: timestamp, store)
      if isOfLabel(receipt) { return receipt }
    }
    return nil
  }

  /// Reads an archived receipt.
  private static func receipt(
    of timestamp: Timestamp, _ store: any ObjectStore
  ) async throws -> Receipt {
    let key = DumpKeys.archivedReceipt(of: timestamp)
    let place = "\(store.description)/\(key)"
    do {
      let receipt = try Receipt(
        parsing: try await store.get(key, limit: Limits.receiptByteCount))
      guard receipt.timestamp == timestamp else {
        throw OperationError(
          .corrupt, "cannot read \(place): it is the receipt of dump \(receipt.timestamp)")
      }
      return receipt
    } catch let error as DumpError {
      let reason = error.message.trimmingPrefix("cannot read \(DumpListing.receiptKey)")
      throw OperationError(.corrupt, "cannot read \(place)\(reason)", hint: error.hint)
    }
  }

  private static func archived(_ receipt: Receipt, _ store: any ObjectStore) -> ArchivedReceipt {
    ArchivedReceipt(base: store, text: Array(receipt.text.utf8))
  }
}
