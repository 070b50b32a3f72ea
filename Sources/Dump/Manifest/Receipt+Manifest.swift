extension Receipt {
  /// The receipt of the dump that a manifest describes.
  ///
  /// - Throws: ``DumpError`` for names that no receipt can hold.
  public init(_ manifest: Manifest) throws(DumpError) {
    let label = DumpLabel(manifest.timestamp)
    var tables: [TableEntry] = []
    for table in manifest.tables {
      tables.append(
        try TableEntry(
          name: table.name, folder: DumpKeys.folder(of: table.name, in: label),
          totalFileCount: table.files.count))
    }
    try self.init(timestamp: manifest.timestamp, tables: tables)
  }
}
