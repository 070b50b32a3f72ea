/// What a manifest tells about a dump beyond its receipt.
///
/// Pure: facts about files come in as they become known.
public struct ManifestCheck: Sendable {
  private let manifest: Manifest
  private let files: [String: (table: String, file: Manifest.File)]

  /// Rows of which no two files have the same by chance.
  private static let unlikelyRowCount = 100

  /// A check against a manifest.
  public init(_ manifest: Manifest) {
    self.manifest = manifest
    files = Dictionary(
      manifest.tables.flatMap { table in table.files.map { ($0.key, (table.name, $0)) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// What the listings show: files with other names or sizes, and files that are there twice.
  ///
  /// Where the receipt's number of files is not met, that is a finding already, and names say no
  /// more.
  public func findings(_ tables: [TableInventory]) -> [Finding] {
    tables.flatMap { table in
      let isComplete = table.files.count == table.promisedFileCount
      var findings: [Finding] = []
      for entry in table.files {
        let place = Finding.Place(table: table.name, file: entry.key)
        guard let (_, file) = files[entry.key] else {
          if isComplete {
            findings.append(Finding(.fileExtra, at: place, "the manifest has no such file"))
          }
          continue
        }
        if file.bytes != entry.byteCount {
          findings.append(
            Finding(
              .sizeDiffers, at: place,
              "the file has \(Wording.count(entry.byteCount, "byte")), and the manifest says "
                + Wording.grouped(file.bytes)))
        }
      }
      return findings + duplicates(in: table.name)
    }
  }

  private func duplicates(in table: String) -> [Finding] {
    var first: [String: String] = [:]
    return (manifest[table]?.files ?? []).compactMap { file in
      guard file.rows > 0 else { return nil }
      guard let other = first["\(file.crc64nvme) \(file.bytes)"] else {
        first["\(file.crc64nvme) \(file.bytes)"] = file.key
        return nil
      }
      // A few rows may well be the same; many never are.
      return Finding(
        .fileDuplicated, at: Finding.Place(table: table, file: file.key),
        severity: file.rows < ManifestCheck.unlikelyRowCount ? .warning : .error,
        "the file has the same \(Wording.count(file.rows, "row")) as \(other): each counts twice")
    }
  }

  /// What a footer shows.
  ///
  /// - Parameters:
  ///   - key: the file's key.
  ///   - rowCount: its rows.
  ///   - columns: its leaf columns.
  /// - Returns: what the manifest says otherwise.
  public func findings(file key: String, rowCount: Int64, columns: [Column]) -> [Finding] {
    guard let (table, file) = files[key] else { return [] }
    var findings: [Finding] = []
    if rowCount != file.rows {
      findings.append(
        Finding(
          .rowCountDiffers, at: Finding.Place(table: table, file: key),
          "the footer says \(Wording.count(rowCount, "row")), and the manifest \(Wording.grouped(file.rows))"
        ))
    }
    if let expected = manifest[table]?.columns, expected != columns {
      findings += SchemaDifference(from: expected, to: columns).findings(
        table: table, file: key, code: .schemaDiffers)
    }
    return findings
  }

  /// What a file's content shows.
  ///
  /// - Parameters:
  ///   - key: the file's key.
  ///   - crc64nvme: the checksum of its bytes, spelled as in the manifest.
  /// - Returns: what the manifest says otherwise.
  public func findings(file key: String, crc64nvme: String) -> [Finding] {
    guard let (table, file) = files[key], file.crc64nvme != crc64nvme else { return [] }
    return [
      Finding(
        .checksumDiffers, at: Finding.Place(table: table, file: key),
        "the file's CRC-64/NVME is \(crc64nvme), and the manifest says \(file.crc64nvme)")
    ]
  }
}
