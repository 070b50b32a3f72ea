extension Receipt {
  /// The receipt as the vendor writes it: exactly its fields, in its order, tables by name.
  ///
  /// Equal receipts give equal text, byte for byte: two spaces of indentation, LF, one LF at the
  /// end, only those characters escaped that JSON demands. ``init(parsing:)`` reads an equal
  /// receipt back.
  public func serialized() -> String {
    Self.serialized(timestamp: timestamp, tables: tables)
  }

  // Written by hand: JSONEncoder keeps no order of fields, and sorted keys would put "tables"
  // first.
  static func serialized(timestamp: Timestamp, tables: [TableEntry]) -> String {
    let entries = tables.map { table in
      """
          \(quoted(table.name)): {
            "folder": \(quoted(table.folder)),
            "total_file_count": \(table.totalFileCount)
          }
      """
    }
    return """
      {
        "timestamp": \(quoted(timestamp.description)),
        "tables": {
      \(entries.joined(separator: ",\n"))
        }
      }

      """
  }

  private static func quoted(_ text: String) -> String { Wording.json(text) }
}
