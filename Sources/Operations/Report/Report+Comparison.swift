public import Dump

extension Report {
  /// How the newest dump differs from the one before, or from what a database holds.
  public struct Comparison: Sendable, Codable {
    /// How much there is of a table.
    public struct Size: Sendable, Codable, Hashable {
      /// Parquet files.
      public var files: Int
      /// Rows, where they are known.
      public var rows: Int64?
      /// The size of the files, in bytes.
      public var bytes: Int64
    }

    /// One table.
    public struct Table: Sendable, Codable, Hashable {
      /// The table's name.
      public var name: String
      /// What there was of it; `nil` if there was no such table.
      public var old: Size?
      /// What there is of it; `nil` if there is no such table.
      public var new: Size?
      /// What became of its columns.
      public var columns: [SchemaDifference.Change]
      /// What became of its rows; `nil` if they were not compared.
      public var rows: DiffReport.Rows?
      /// Why its rows were not compared, though that was asked for.
      public var rowsSkipped: String?

      /// Whether anything differs, as far as it was looked at.
      public var differs: Bool {
        old?.rows != new?.rows || old?.bytes != new?.bytes || old?.files != new?.files
          || !columns.isEmpty || rows.map { $0.added + $0.removed + $0.changed > 0 } ?? false
      }

      private enum CodingKeys: String, CodingKey {
        case name, old, new, columns, rows
        case rowsSkipped = "rows_skipped"
      }
    }

    /// The earlier dump; `nil` for a database whose tables are of several.
    public var old: Timestamp?
    /// The database that holds it; `nil` if it is at the location.
    public var database: String?
    /// The later dump.
    public var new: Timestamp
    /// All tables of both, by name.
    public var tables: [Table]

    /// Whether rows were compared one by one.
    public var comparesRows: Bool { tables.contains { $0.rows != nil || $0.rowsSkipped != nil } }
  }

  /// Files of about the same size.
  public struct SizeClass: Sendable, Codable, Hashable {
    /// The least size, in bytes.
    public var from: Int64
    /// The size that is too large for it, in bytes.
    public var below: Int64
    /// How many files there are.
    public var files: Int
  }
}

extension Report.Comparison {
  /// Compares what is known of two dumps; rows are not looked at.
  init(
    from old: [TableFacts], to new: [TableFacts], old oldTimestamp: Timestamp?,
    new newTimestamp: Timestamp, database: String? = nil
  ) {
    self.old = oldTimestamp
    self.new = newTimestamp
    self.database = database
    let names = Set(old.map(\.table.name) + new.map(\.table.name)).sorted()
    tables = names.map { name in
      let before = old.first { $0.table.name == name }
      let after = new.first { $0.table.name == name }
      var changes: [SchemaDifference.Change] = []
      if let before = before?.columns, let after = after?.columns, !before.isEmpty, !after.isEmpty {
        changes = SchemaDifference(from: before, to: after).changes
      }
      return Table(
        name: name, old: before.map(Size.init), new: after.map(Size.init), columns: changes,
        rows: nil, rowsSkipped: nil)
    }
  }

  /// Adds what comparing rows has shown.
  mutating func add(_ report: DiffReport) {
    for index in tables.indices {
      guard let table = report.tables.first(where: { $0.name == tables[index].name }) else {
        continue
      }
      tables[index].rows = table.rows
      tables[index].rowsSkipped = table.rowsSkipped
    }
  }
}

extension Report.Comparison.Size {
  fileprivate init(_ facts: TableFacts) {
    self.init(files: facts.table.files, rows: facts.table.rows, bytes: facts.table.bytes)
  }
}
