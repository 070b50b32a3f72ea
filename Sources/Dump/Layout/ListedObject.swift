/// An object as a listing shows it.
public struct ListedObject: Sendable, Hashable, Codable {
  /// The key relative to the location, such as `2023-03-14T04:03/revenue/000000000000.parquet`.
  public let key: String

  /// The size in bytes.
  public let byteCount: Int64

  /// The name of the version of its content, where the store has one.
  public let tag: String?

  /// When it was written, by the store's clock, where the store says so.
  public let modifiedAt: Timestamp?

  /// Makes an object from what is known of it.
  public init(key: String, byteCount: Int64, tag: String? = nil, modifiedAt: Timestamp? = nil) {
    self.key = key
    self.byteCount = byteCount
    self.tag = tag
    self.modifiedAt = modifiedAt
  }

  private enum CodingKeys: String, CodingKey {
    case key, tag
    case byteCount = "byte_count"
    case modifiedAt = "modified_at"
  }
}

/// One Parquet file of a table.
public struct FileEntry: Sendable, Hashable, Codable {
  /// The file's name in its folder, such as `000000000000.parquet`.
  public let name: String

  /// The key relative to the location.
  public let key: String

  /// The size in bytes.
  public let byteCount: Int64

  private enum CodingKeys: String, CodingKey {
    case name, key
    case byteCount = "byte_count"
  }
}

/// What the receipt promises about one table, and what the listing shows.
public struct TableInventory: Sendable, Hashable, Codable {
  /// The table's name.
  public let name: String

  /// The table's prefix relative to the location, ending with `/`.
  public let prefix: String

  /// How many files the receipt promises.
  public let promisedFileCount: Int

  /// The files that were found, sorted by the bytes of their names.
  public let files: [FileEntry]

  /// The size of all files together in bytes.
  public let byteCount: Int64

  private enum CodingKeys: String, CodingKey {
    case name, prefix, files
    case promisedFileCount = "promised_file_count"
    case byteCount = "byte_count"
  }
}
