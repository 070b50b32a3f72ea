/// A primitive column: the unit that is stored, with its levels.
public struct LeafColumn: Sendable, Hashable {
  /// The index among the file's leaf columns, from 0.
  public let index: Int
  /// The names from the root (exclusive) to the leaf.
  public let path: [String]
  /// The storage type.
  public let physicalType: PhysicalType
  /// The length of FIXED_LEN_BYTE_ARRAY values (and 12 for INT96), in bytes; else 0.
  public let typeLength: Int
  /// What the values mean; `nil` where nothing is said, or nothing that fits the storage type.
  public let logicalType: LogicalType?
  /// The definition level of a value that is not null.
  public let maximumDefinitionLevel: Int
  /// The number of repeated fields on the path.
  public let maximumRepetitionLevel: Int

  /// The path with dots between the names.
  public var dottedPath: String { path.joined(separator: ".") }

  /// How the decoded values of the column are kept; see ``ColumnVector``.
  package var valueLayout: ValueLayout {
    switch physicalType {
    case .boolean: .bytes1
    case .int32, .float: .bytes4
    case .int64, .double: .bytes8
    case .int96, .byteArray, .fixedLengthByteArray: .views
    }
  }
}

/// The width of decoded values in memory: plain numbers, or views of bytes elsewhere.
package enum ValueLayout: Sendable, BitwiseCopyable {
  case bytes1
  case bytes4
  case bytes8
  case views

  var byteCount: Int {
    switch self {
    case .bytes1: 1
    case .bytes4: 4
    case .bytes8: 8
    case .views: MemoryLayout<ByteView>.stride
    }
  }
}
