/// The keys of a listing, put where they belong.
struct SortedKeys {
  /// What is in the folder of a dump.
  struct Content {
    var objects: [ListedObject] = []
    var versions: [ListedVersion] = []
    var foreign = ObjectTotals()

    /// The tables: those that a receipt promises, and folders beside them that hold files.
    func tables(promised: [TableInventory]) -> [DumpInventory.Table] {
      var tables = promised.map {
        DumpInventory.Table(
          name: $0.name, files: $0.files.count, promisedFiles: $0.promisedFileCount,
          bytes: $0.byteCount)
      }
      let known = Set(promised.map(\.prefix))
      let files = objects.filter {
        Layout.role(of: $0.key, under: Self.folder(of: $0.key)) == .part
      }
      let folders = Dictionary(grouping: files) { Self.folder(of: $0.key) }
      for (prefix, files) in folders where !known.contains(prefix) {
        tables.append(
          DumpInventory.Table(
            name: prefix.split(separator: "/").last.map(String.init) ?? prefix, files: files.count,
            promisedFiles: nil, bytes: files.lazy.map(\.byteCount).total()))
      }
      return tables.sorted { Wording.precedes($0.name, $1.name) }
    }

    /// Everything up to the last slash.
    private static func folder(of key: String) -> String {
      key.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(key[...$0]) } ?? ""
    }
  }

  /// All objects, by key.
  let objects: [ListedObject]
  private(set) var dumps: [DumpLabel: Content] = [:]
  private(set) var archivedReceipts: Set<Timestamp> = []
  private(set) var pins: Set<DumpLabel> = []
  private(set) var unreadablePins: [String] = []
  private(set) var foreign = ObjectTotals()

  init(_ listing: LocationListing) {
    let sorted = zip(listing.objects, listing.objects.dropFirst())
      .allSatisfy { Wording.precedes($0.key, $1.key) }
    objects =
      sorted ? listing.objects : listing.objects.sorted { Wording.precedes($0.key, $1.key) }
    var previous: String?
    for object in objects where object.key != previous {
      previous = object.key
      switch KeyRole(object.key) {
      case .receipt, .own: continue
      case .archivedReceipt(let timestamp): archivedReceipts.insert(timestamp)
      case .pin(let label): pins.insert(label)
      case .unreadablePin(let name): unreadablePins.append(name)
      case .dump(let label): dumps[label, default: Content()].objects.append(object)
      case .foreign: foreign.add(object.key, object.byteCount)
      }
    }
    for version in listing.versions {
      guard case .dump(let label) = KeyRole(version.key) else { continue }
      dumps[label, default: Content()].versions.append(version)
    }
    // What is foreign in the folder of a dump is counted there too; alone it makes no dump.
    for object in objects {
      guard let label = KeyRole.label(of: object.key), KeyRole(object.key) == .foreign else {
        continue
      }
      dumps[label]?.foreign.add(object.key, object.byteCount)
    }
  }
}
