import Parquet

/// Where an export takes its tables from.
protocol ExportSource: Sendable {
  /// What it has, by name.
  var tables: [ExportTable] { get }

  /// Rows of a table.
  ///
  /// - Parameters:
  ///   - table: one of ``tables``.
  ///   - range: positions of the rows, from 0; `nil` for all from the first one on, and the only
  ///     choice where rows are read in their order alone.
  /// - Returns: the rows, for one thread.
  /// - Throws: what reading throws.
  func rows(of table: ExportTable, _ range: Range<Int64>?) throws -> any ExportRows
}

/// A table that is to be exported.
struct ExportTable: Sendable {
  let name: String
  let schema: Schema
  /// The rows, if that is known before they are read.
  let rowCount: Int64?
  /// Whether reading may begin at any row.
  let isRandomAccess: Bool
  /// Whether the first rows say what the columns are, since nothing else does.
  var isInferred = false
  /// About how many rows there are, where only that is known.
  var estimatedRowCount: Int64?
}

/// Rows on their way from a source to a row group.
protocol ExportRows: AnyObject {
  /// Reads the next rows.
  ///
  /// - Parameters:
  ///   - rows: where they go.
  ///   - limit: how many at the most.
  /// - Returns: how many there were; 0 at the end.
  /// - Throws: what reading throws, and a value that its column cannot hold.
  func read(into rows: RowGroupBuilder, limit: Int) throws -> Int
}
