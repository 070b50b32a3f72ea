/// What a server has, as its catalog says.
struct Catalog {
  /// A table with what decides whether it is read.
  struct Entry {
    let table: ServerTable
    /// Whether the user may read all of it.
    let isReadable: Bool
    /// Whether it is part of another table, or belongs to an extension.
    let isPart: Bool
    /// Whether its schema is in the search path.
    let isInPath: Bool
  }

  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  /// Everything that has rows, of all schemas but the server's own.
  ///
  /// - Throws: what the server says.
  func entries() throws(PostgreSQLError) -> [Entry] {
    let rows = try connection.rows(
      """
      WITH RECURSIVE part (root, oid) AS (
        SELECT c.oid, c.oid FROM pg_catalog.pg_class c WHERE c.relkind = 'p'
        UNION ALL
        SELECT p.root, i.inhrelid FROM part p JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid
      ), counted (root, tuples) AS (
        SELECT p.root, CASE WHEN min(c.reltuples) < 0 THEN -1 ELSE sum(c.reltuples) END
        FROM part p JOIN pg_catalog.pg_class c ON c.oid = p.oid
        WHERE c.relkind <> 'p' GROUP BY p.root
      )
      SELECT c.oid, n.nspname, c.relname, c.relkind,
        CASE c.relkind WHEN 'v' THEN -1 WHEN 'p' THEN coalesce(t.tuples, 0) ELSE c.reltuples END::int8,
        pg_catalog.has_schema_privilege(n.oid, 'USAGE')
          AND pg_catalog.has_table_privilege(c.oid, 'SELECT'),
        c.relispartition OR EXISTS (SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
            AND d.deptype = 'e'),
        n.nspname = ANY (pg_catalog.current_schemas(false))
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN counted t ON t.root = c.oid
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      ORDER BY c.relname, n.nspname
      """)
    return rows.compactMap { row in
      guard let kind = ServerTable.Kind(rawValue: row[3] ?? "") else { return nil }
      let count = Int64(row[4] ?? "") ?? -1
      return Entry(
        table: ServerTable(
          schema: row[1] ?? "", name: row[2] ?? "", id: row[0] ?? "0", kind: kind,
          estimatedRowCount: count < 0 ? nil : count),
        isReadable: row[5] == "t", isPart: row[6] == "t", isInPath: row[7] == "t")
    }
  }

  /// The columns of tables, with the types below all domains.
  ///
  /// - Parameter tables: the tables.
  /// - Returns: for each table its columns, in their order.
  /// - Throws: what the server says.
  func columns(of tables: [ServerTable]) throws(PostgreSQLError) -> [[ServerColumn]] {
    let rows = try connection.rows(
      """
      WITH RECURSIVE kind AS (
        SELECT t.oid, t.typname, t.typnamespace, t.typtype, t.typbasetype, t.typtypmod,
          CASE WHEN e.typarray = t.oid THEN e.oid END AS element
        FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
      ), step (relation, number, kind, modifier, is_array) AS (
        SELECT a.attrelid, a.attnum, a.atttypid, a.atttypmod, false
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = ANY ($1::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT s.relation, s.number,
          CASE k.typtype WHEN 'd' THEN k.typbasetype ELSE k.element END,
          CASE WHEN s.modifier < 0 THEN k.typtypmod ELSE s.modifier END,
          s.is_array OR k.typtype <> 'd'
        FROM step s JOIN kind k ON k.oid = s.kind
        WHERE k.typtype = 'd' OR k.element IS NOT NULL AND NOT s.is_array
      )
      SELECT s.relation, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
        CASE WHEN n.nspname = 'pg_catalog' THEN k.typname END, k.typtype, s.modifier, s.is_array
      FROM step s JOIN kind k ON k.oid = s.kind
      JOIN pg_catalog.pg_namespace n ON n.oid = k.typnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = s.relation AND a.attnum = s.number
      WHERE k.typtype <> 'd' AND (k.element IS NULL OR s.is_array)
      ORDER BY s.relation, s.number
      """, ["{\(tables.map(\.id).joined(separator: ","))}"])
    var columns: [String: [ServerColumn]] = [:]
    for row in rows {
      let scalar = ColumnType.Scalar(
        row[3] ?? nil, isEnumeration: row[4] == "e", modifier: Int(row[5] ?? "") ?? -1)
      columns[row[0] ?? "", default: []].append(
        ServerColumn(
          name: row[1] ?? "",
          type: ColumnType(scalar, isArray: row[6] == "t", name: row[2] ?? "")))
    }
    return tables.map { columns[$0.id] ?? [] }
  }

  /// The rows of a table, counted.
  ///
  /// - Throws: what the server says.
  func rowCount(of table: ServerTable) throws(PostgreSQLError) -> Int64 {
    let rows = try connection.rows("SELECT count(*) FROM \(table.identifier)")
    return rows.first?.first.flatMap { $0.flatMap { Int64($0) } } ?? 0
  }
}
