extension Database {
  /// Attaches a file that nobody changes any more, for reading.
  ///
  /// SQLite is told that the file is immutable: it takes no locks on it, looks for no journal, and
  /// does not mind when its name goes away.
  ///
  /// - Parameters:
  ///   - path: an absolute path.
  ///   - schema: the name of its schema in this connection.
  /// - Throws: `library` with what SQLite said.
  func attach(immutable path: String, as schema: String) throws(SQLiteError) {
    let uri = "file://" + Database.uriPath(path) + "?immutable=1"
    let statement = try prepare("ATTACH ? AS \(quotedIdentifier(schema))")
    try statement.bind(uri, at: 1)
    try statement.run()
    // Only now is the file looked at.
    _ = try integer("SELECT count(*) FROM \(quotedIdentifier(schema)).sqlite_schema")
  }

  /// A path with every byte written as `%XX` that means something in a URI.
  static func uriPath(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"), 0x00...0x20, 0x7F...0xFF:
        text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
