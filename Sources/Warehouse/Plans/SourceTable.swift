package import Dump

/// A table of a verified dump, as plans see it.
package struct SourceTable: Sendable, Hashable {
  /// The name in the receipt.
  package let name: String
  /// The files, in the order of their names.
  package let files: [SourceFile]
  /// The top-level columns, in the order of the files.
  package let columns: [SourceColumn]

  /// A table from its parts.
  package init(name: String, files: [SourceFile], columns: [SourceColumn]) {
    self.name = name
    self.files = files
    self.columns = columns
  }

  /// The rows that the footers promise.
  package var rowCount: Int64 { files.reduce(0) { $0 + $1.rowCount } }
  /// The size of all files, in bytes.
  package var byteCount: Int64 { files.reduce(0) { $0 + $1.byteCount } }
}

/// A Parquet file of a table.
package struct SourceFile: Sendable, Hashable {
  /// The `s3://` URL, or the path in a file system; not encoded.
  package let url: String
  /// The size in bytes.
  package let byteCount: Int64
  /// The rows that the footer promises.
  package let rowCount: Int64

  /// A file from its parts.
  package init(url: String, byteCount: Int64, rowCount: Int64) {
    self.url = url
    self.byteCount = byteCount
    self.rowCount = rowCount
  }
}

/// A column of a table, or a field within one.
package struct SourceColumn: Sendable, Hashable {
  /// What a column holds.
  package indirect enum Shape: Sendable, Hashable {
    /// One value.
    case scalar(ColumnType)
    /// A struct, its fields in order.
    case structure([SourceColumn])
    /// A list.
    case list(SourceColumn)
    /// A map; without values where the file's entries have keys only.
    case map(key: SourceColumn, value: SourceColumn?)
  }

  /// The name in the files.
  package let name: String
  /// What it holds.
  package let shape: Shape
  /// Whether values may be missing.
  package let isNullable: Bool
  /// Bytes that no value of a text column can exceed; `nil` if nothing is known.
  package var byteLimit: Int64?

  /// A column from its parts.
  package init(name: String, shape: Shape, isNullable: Bool = true, byteLimit: Int64? = nil) {
    self.name = name
    self.shape = shape
    self.isNullable = isNullable
    self.byteLimit = byteLimit
  }

  /// The type as people read it.
  var typeName: String {
    switch shape {
    case .scalar(let type): type.description
    case .structure(let fields):
      "struct<" + fields.map { "\($0.name):\($0.typeName)" }.joined(separator: ",") + ">"
    case .list(let element): "list<\(element.typeName)>"
    case .map(let key, let value): "map<\(key.typeName),\(value?.typeName ?? "null")>"
    }
  }
}
