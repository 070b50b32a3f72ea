/// What listings alone tell about a dump: whether the promised files are there.
///
/// It costs one listing for each table and reads no file. It does not see what is in the files.
public struct QuickCheck: Sendable, Hashable, Codable {
  /// How the receipt's folders were read; `nil` when the listings do not decide.
  public let reading: FolderReading?

  /// One inventory for each table of the receipt, in its order.
  ///
  /// When the reading is not decided, the folders as written are shown.
  public let tables: [TableInventory]

  /// What is not as promised, table by table.
  public let findings: [Finding]

  /// Holds a receipt against listings.
  ///
  /// - Parameters:
  ///   - receipt: The receipt.
  ///   - locationPath: The location's own path; see ``Layout/readings(of:locationPath:)``.
  ///   - listings: For each of ``Layout/prefixes(of:locationPath:)`` the objects below it, in any
  ///     order. A prefix that is not there counts as empty. Objects that do not belong below their
  ///     prefix, and keys that come twice, do no harm.
  public init(receipt: Receipt, locationPath: String, listings: [String: [ListedObject]]) {
    let views = Layout.readings(of: receipt, locationPath: locationPath).map { reading in
      View(reading: reading, receipt: receipt, listings: listings)
    }
    let alive = views.filter { $0.fileCount > 0 }
    let exact = alive.filter(\.isAsPromised)
    let written = views.first ?? View(reading: .asWritten, receipt: receipt, listings: listings)
    // One reading with files is the one that is meant. If several have files, the promised numbers
    // decide: that is all that the receipt says about the folders' content.
    let chosen = alive.count <= 1 ? alive.first ?? written : exact.count == 1 ? exact[0] : nil
    guard let chosen else {
      reading = nil
      tables = written.folders.map(\.inventory)
      findings = [Self.ambiguous(alive, receipt)]
      return
    }
    reading = chosen.reading
    tables = chosen.folders.map(\.inventory)
    let isGone = chosen.fileCount == 0 && receipt.totalFileCount > 0
    findings = chosen.folders.flatMap { $0.findings(allGone: isGone) }
  }

  private static func ambiguous(_ views: [View], _ receipt: Receipt) -> Finding {
    let places = views.map { view in
      let prefix = view.folders.first?.inventory.prefix ?? ""
      return
        "\(Wording.printable(prefix)) and its like hold \(Wording.count(view.fileCount, "file"))"
    }
    return Finding(
      .folderAmbiguous,
      "the receipt promises \(Wording.count(receipt.totalFileCount, "file")), and its folders "
        + "can be read in \(views.count) ways: " + places.joined(separator: ", "),
      hint: "Remove the copy that is not meant, or name the location one level higher.")
  }

  /// One reading with what it leads to.
  private struct View {
    let reading: FolderReading
    let folders: [FolderCheck]

    init(reading: FolderReading, receipt: Receipt, listings: [String: [ListedObject]]) {
      self.reading = reading
      self.folders = receipt.tables.map { table in
        let prefix = reading.prefix(of: table)
        return FolderCheck(table: table, prefix: prefix, objects: listings[prefix] ?? [])
      }
    }

    var fileCount: Int { folders.reduce(0) { $0 + $1.inventory.files.count } }

    var isAsPromised: Bool {
      folders.allSatisfy { $0.inventory.files.count == $0.inventory.promisedFileCount }
    }
  }
}
