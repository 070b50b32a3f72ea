public import Dump

/// What an export will write: the files of each table, before they are written.
public struct ExportPlan: Sendable, Codable {
  /// A table.
  public struct Table: Sendable, Codable {
    /// The name.
    public var name: String
    /// The folder, as the receipt will name it.
    public var folder: String
    /// The leaf columns of the files.
    public var columns: [Column]
    /// Whether the first rows say what the columns are, since no schema was given.
    public var isInferred: Bool
    /// The rows of each file; `nil` if the number of rows is not known before they are read.
    public var fileRows: [Int64]?
    /// The rows of each file where their number is not known before.
    public var rowsPerFile: Int64
    /// About how many rows there are, where only that is known.
    public var estimatedRows: Int64?

    /// The rows, if they are known.
    public var rows: Int64? { fileRows.map { $0.reduce(0, +) } }

    private enum CodingKeys: String, CodingKey {
      case name, folder, columns
      case isInferred = "inferred"
      case fileRows = "file_rows"
      case rowsPerFile = "rows_per_file"
      case estimatedRows = "estimated_rows"
    }
  }

  /// What one thread writes, one file after the other.
  struct Job: Sendable {
    /// The table's position in ``ExportPlan/tables``.
    let table: Int
    /// The number of the first file.
    let firstFile: Int
    /// The positions of the rows; `nil` for all there are.
    let rows: Range<Int64>?
    /// The rows of each file; `nil` for as many files as it takes.
    let fileRows: [Int64]?
  }

  /// The dump's id.
  public var timestamp: Timestamp
  /// The folder of the dump.
  public var label: DumpLabel
  /// The tables, by name.
  public var tables: [Table]

  /// What there is to do, in the order in which it is begun.
  ///
  /// - Parameter isRandomAccess: for each table whether its files can be written side by side.
  /// - Returns: the jobs.
  func jobs(isRandomAccess: [Bool]) -> [Job] {
    tables.indices.flatMap { index -> [Job] in
      guard isRandomAccess[index], let fileRows = tables[index].fileRows else {
        return [Job(table: index, firstFile: 0, rows: nil, fileRows: tables[index].fileRows)]
      }
      var first: Int64 = 0
      return fileRows.enumerated().map { number, count in
        defer { first += count }
        return Job(
          table: index, firstFile: number, rows: first..<(first + count), fileRows: [count])
      }
    }
  }

  /// Cuts rows into files.
  ///
  /// - Parameters:
  ///   - rows: how many there are.
  ///   - count: how many files; all get nearly the same number of rows.
  /// - Returns: the rows of each file.
  static func fileRows(_ rows: Int64, files count: Int) -> [Int64] {
    let (quotient, remainder) = rows.quotientAndRemainder(dividingBy: Int64(count))
    return (0..<Int64(count)).map { quotient + ($0 < remainder ? 1 : 0) }
  }

  /// Cuts rows into files of so many rows; an empty table has one file.
  static func fileRows(_ rows: Int64, perFile limit: Int64) -> [Int64] {
    let (full, rest) = rows.quotientAndRemainder(dividingBy: limit)
    let count = max(1, full + (rest > 0 ? 1 : 0))
    return (0..<count).map { min(limit, rows - $0 * limit) }
  }
}
