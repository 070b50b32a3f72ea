/// Receipts held against a listing: which dumps they prove complete.
///
/// Of several receipts for one folder the one in force counts, or else the latest: an earlier one
/// might be fulfilled by what is left of a dump that is being deleted.
struct Evidence {
  /// What a receipt says of a dump.
  struct Proof {
    let timestamp: Timestamp
    let isComplete: Bool
    let tables: [TableInventory]
  }

  private let locationPath: String
  /// All objects of the location, in the order of their keys.
  private let objects: [ListedObject]
  private var proofs: [DumpLabel: Proof] = [:]

  /// Holds receipts against the objects of a location, which are in the order of their keys.
  init(inForce: Receipt?, known: [Receipt], locationPath: String, objects: [ListedObject]) {
    self.locationPath = locationPath
    self.objects = objects
    if let inForce { add(inForce) }
    for receipt in Set(known).sorted(by: { $0.timestamp > $1.timestamp }) where receipt != inForce {
      add(receipt)
    }
  }

  /// What the receipt of a dump says; `nil` where none is known.
  func proof(of label: DumpLabel) -> Proof? { proofs[label] }

  /// Takes in a receipt, unless another one speaks of its folders already.
  private mutating func add(_ receipt: Receipt) {
    let labels = DumpInventory.labels(of: receipt, locationPath: locationPath).filter {
      proofs[$0] == nil && !objects(below: DumpKeys.folder(of: $0)).isEmpty
    }
    if labels.isEmpty { return }
    let prefixes = Layout.prefixes(of: receipt, locationPath: locationPath)
    let listings = Dictionary(
      uniqueKeysWithValues: prefixes.map { ($0, Array(objects(below: $0))) })
    let check = QuickCheck(receipt: receipt, locationPath: locationPath, listings: listings)
    let isComplete = Outcome(check.findings) == .done
    for label in labels {
      let isBeingDeleted = objects(below: DumpKeys.pruning(of: label)).first != nil
      proofs[label] = Proof(
        timestamp: receipt.timestamp, isComplete: isComplete && !isBeingDeleted,
        tables: check.tables.filter { KeyRole.label(of: $0.prefix) == label })
    }
  }

  /// The objects whose key begins with a prefix, found by halving.
  private func objects(below prefix: String) -> ArraySlice<ListedObject> {
    var low = 0
    var high = objects.count
    while low < high {
      let middle = (low + high) / 2
      if Wording.precedes(objects[middle].key, prefix) { low = middle + 1 } else { high = middle }
    }
    return objects[low...].prefix { $0.key.utf8.starts(with: prefix.utf8) }
  }
}
