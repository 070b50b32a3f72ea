/// All dumps at a location, and everything else that is there.
///
/// It is made from listings and receipts alone; no file is read. A dump is a folder with a label for
/// its name that holds something of the layout, ``KeyRole`` says what. It is proved complete by a
/// receipt: the one in force, an archived one, an old version of either, or the copy that a ledger
/// keeps.
public struct DumpInventory: Sendable, Hashable {
  /// What is known of a dump's completeness.
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// A receipt of it is known, and every table has as many files as it promises.
    case complete
    /// A receipt of it is known, and something is not as it promises.
    case partial
    /// No receipt of it is known, and a later dump is in force: one that was replaced before its
    /// receipt was kept, or an export that was given up.
    case orphan
    /// It is later than the receipt in force: it is on its way, or was given up.
    case inFlight = "in-flight"
    /// Only old versions and delete markers are left of it.
    case deleted
  }

  /// One table of a dump.
  public struct Table: Sendable, Hashable, Codable {
    /// The table's name: as in the receipt, or the folder's where none is known.
    public let name: String
    /// Its Parquet files.
    public let files: Int
    /// The files that the receipt promises; `nil` where none is known.
    public let promisedFiles: Int?
    /// The size of its files in bytes.
    public let bytes: Int64

    private enum CodingKeys: String, CodingKey {
      case name, files, bytes
      case promisedFiles = "promised_files"
    }
  }

  /// One dump.
  public struct Dump: Sendable, Hashable {
    /// The name of its folder, from which its age comes.
    public let label: DumpLabel
    /// What is known of its completeness.
    public let state: State
    /// Whether the receipt in force names its folder, however the receipt's folders are read.
    public let isCurrent: Bool
    /// Whether it is later than the receipt in force; so is everything where there is none.
    public let isAhead: Bool
    /// Whether it has a pin.
    public let isPinned: Bool
    /// Its identity, where its receipt is known.
    public let timestamp: Timestamp?
    /// Its tables, by name.
    public let tables: [Table]
    /// Its objects, by key.
    public let objects: [ListedObject]
    /// What else is in its folder.
    public let foreign: ObjectTotals
    /// Old versions and delete markers of its objects, and of those it had.
    public let versions: [ListedVersion]

    /// The size of its objects in bytes.
    public var byteCount: Int64 { objects.lazy.map(\.byteCount).total() }
    /// Its Parquet files.
    public var fileCount: Int { tables.reduce(0) { $0 + $1.files } }
    /// When the last of its objects was written, as far as the store says.
    public var lastWrittenAt: Timestamp? { objects.lazy.compactMap(\.modifiedAt).max() }
  }

  /// The receipt in force.
  public let receipt: Receipt?
  /// The dumps, the oldest first.
  public let dumps: [Dump]
  /// The dumps of which a receipt is kept, the oldest first.
  public let archivedReceipts: [Timestamp]
  /// The dumps that are to stay, the oldest first; some may not be there.
  public let pins: [DumpLabel]
  /// Names of pins that are not labels.
  public let unreadablePins: [String]
  /// What is not of the layout, that in the folders of dumps included.
  public let foreign: ObjectTotals
  /// Unfinished uploads of keys of the layout.
  public let uploads: [PendingUpload]

  /// The dump of a label.
  public subscript(label: DumpLabel) -> Dump? { dumps.first { $0.label == label } }

  /// The newest dump that is complete and not later than the receipt in force: the one from which
  /// ages are counted.
  public var newestComplete: Dump? { dumps.last { $0.state == .complete && !$0.isAhead } }

  /// The labels of the folders that a receipt names, in every way in which they can be read.
  ///
  /// - Parameters:
  ///   - receipt: The receipt.
  ///   - locationPath: As for ``Layout/readings(of:locationPath:)``.
  /// - Returns: The labels; none where the folders are called otherwise.
  public static func labels(of receipt: Receipt, locationPath: String) -> Set<DumpLabel> {
    Set(Layout.prefixes(of: receipt, locationPath: locationPath).compactMap(KeyRole.label))
  }

  /// Makes an inventory.
  ///
  /// - Parameters:
  ///   - receipt: The receipt in force, if there is one.
  ///   - known: Further receipts: archived ones, old versions, those of ledgers.
  ///   - locationPath: As for ``Layout/readings(of:locationPath:)``.
  ///   - listing: Everything at the location.
  public init(
    receipt: Receipt?, known: [Receipt] = [], locationPath: String, listing: LocationListing
  ) {
    let sorted = SortedKeys(listing)
    let current = receipt.map { Self.labels(of: $0, locationPath: locationPath) } ?? []
    // A receipt's own minute and its folders' may differ; what is later than either is left alone.
    let last = receipt.map { min($0.label, current.max() ?? $0.label) }
    let evidence = Evidence(
      inForce: receipt, known: known, locationPath: locationPath, objects: sorted.objects)
    self.receipt = receipt
    archivedReceipts = sorted.archivedReceipts.sorted()
    pins = sorted.pins.sorted()
    unreadablePins = sorted.unreadablePins
    foreign = sorted.foreign
    uploads = listing.uploads.filter {
      switch KeyRole($0.key) {
      case .receipt, .archivedReceipt, .pin, .dump: true
      case .unreadablePin, .own, .foreign: false
      }
    }
    dumps = sorted.dumps.sorted { $0.key < $1.key }.map { label, content in
      let isCurrent = current.contains(label)
      let isAhead = !isCurrent && last.map { label > $0 } ?? true
      let proof = evidence.proof(of: label)
      let state: State =
        if content.objects.isEmpty {
          .deleted
        } else if proof?.isComplete == true {
          .complete
        } else if isAhead {
          .inFlight
        } else {
          proof == nil ? .orphan : .partial
        }
      return Dump(
        label: label, state: state, isCurrent: isCurrent, isAhead: isAhead,
        isPinned: sorted.pins.contains(label), timestamp: proof?.timestamp,
        tables: content.tables(promised: proof?.tables ?? []), objects: content.objects,
        foreign: content.foreign, versions: content.versions)
    }
  }
}
