import Foundation
import TestSupport
import Testing

/// `receipt export`, through its binary.
@Suite struct ExportTests {
  private static let tables = ["attribution", "companies", "contacts", "events", "spend", "stages"]

  /// Everything in a table, value for value with its type.
  private static func rows(
    of table: String, in database: borrowing LoadedDatabase
  ) throws -> [String?] {
    let columns = try database.values("SELECT name FROM pragma_table_info('\(table)')")
      .compactMap { $0.map { "quote(\"\($0)\")" } }.joined(separator: " || ',' || ")
    return try database.values("SELECT \(columns) FROM \"\(table)\" ORDER BY rowid")
  }

  @Test(arguments: [
    ["--files", "1"], ["--files", "7"], ["--rows-per-file", "50"], ["--jobs", "1"],
  ])
  func `a database that was loaded comes back value for value`(flags: [String]) throws {
    let scratch = try Scratch()
    #expect(
      try Command.run("load", SampleDump.example, "--into", "a.sqlite", in: scratch).status == 0)
    let exported = try Command.run(["export", "a.sqlite", "out"] + flags, in: scratch)
    #expect(exported.status == 0, "\(exported.errors)")
    #expect(exported.output.contains("6 tables, 797 rows, "))
    let verified = try Command.run("verify", "out", "--level", "deep", "--json", in: scratch)
    #expect(verified.status == 0)
    #expect(try Document(verified.output).findings.isEmpty, "\(verified.output)")
    #expect(verified.output.contains("\"manifest\":\"receipt "))
    #expect(try Command.run("load", "out", "--into", "b.sqlite", in: scratch).status == 0)
    let a = try LoadedDatabase(scratch, "a.sqlite")
    let b = try LoadedDatabase(scratch, "b.sqlite")
    for table in ExportTests.tables {
      #expect(
        try ExportTests.rows(of: table, in: a) == ExportTests.rows(of: table, in: b), "\(table)")
    }
  }

  /// What the library reads and what is read from the pages must be the same.
  @Test func `tables of every kind are exported`() throws {
    let scratch = try Scratch()
    var random = SeededGenerator()
    let database = try LoadedDatabase(scratch, "a.sqlite")
    try database.execute(
      """
      PRAGMA page_size = 1024;
      CREATE TABLE plain (id INTEGER PRIMARY KEY, n INTEGER, r REAL, t TEXT, b BLOB, x, d DECIMAL);
      CREATE TABLE flat (k TEXT PRIMARY KEY, v INTEGER) WITHOUT ROWID;
      CREATE TABLE computed (a INTEGER, twice INTEGER GENERATED ALWAYS AS (a * 2));
      CREATE TABLE late (a INTEGER);
      CREATE TABLE truth (is_it BOOLEAN);
      CREATE TABLE empty (a INTEGER, b TEXT);
      CREATE VIEW both AS SELECT k, v FROM flat;
      INSERT INTO truth VALUES (0), (1), (NULL);
      INSERT INTO computed (a) VALUES (1), (NULL), (-5);
      INSERT INTO late VALUES (1), (2);
      ALTER TABLE late ADD COLUMN added TEXT DEFAULT 'later';
      ALTER TABLE late ADD COLUMN none TEXT;
      INSERT INTO late VALUES (3, 'x', 'y');
      """)
    for id in 1...600 {
      let size = Int.random(in: 0...4_000, using: &random)
      let text = id % 7 == 0 ? "NULL" : "'\(String(repeating: "æ\(id)", count: size / 8))'"
      let blob = id % 5 == 0 ? "NULL" : "randomblob(\(size))"
      let number = id % 3 == 0 ? "NULL" : String(Int64(bitPattern: random.next()) >> (id % 64))
      try database.execute(
        """
        INSERT INTO plain VALUES (\(id * 3), \(number), \(id % 4 == 0 ? "NULL" : "\(id).25"), \(text),
          \(blob), \(id % 2 == 0 ? "\(id)" : "NULL"), \(id)); INSERT INTO flat VALUES ('\(id)', \(id))
        """)
    }
    try database.execute("DELETE FROM plain WHERE id % 11 = 0")
    let exported = try Command.run("export", "a.sqlite", "out", "--files", "3", in: scratch)
    #expect(exported.status == 0, "seed \(random.seed): \(exported.errors)")
    #expect(try Command.run("load", "out", "--into", "b.sqlite", in: scratch).status == 0)
    let loaded = try LoadedDatabase(scratch, "b.sqlite")
    for table in ["plain", "flat", "computed", "late", "truth", "empty"] {
      let order = table == "flat" ? "k" : "rowid"
      let names = try database.values("SELECT name FROM pragma_table_xinfo('\(table)')")
        .compactMap { $0 }
      let columns = names.map { "quote(\"\($0)\")" }.joined(separator: " || ',' || ")
      #expect(
        try database.values("SELECT \(columns) FROM \(table) ORDER BY \(order)")
          == loaded.values("SELECT \(columns) FROM \(table) ORDER BY rowid"),
        "seed \(random.seed): \(table)")
    }
    #expect(try loaded.value("SELECT count(*) FROM sqlite_schema WHERE name = 'both'") == "0")
    let schema = try Command.run(
      ["parquet", "schema"] + scratch.names(of: "out", "truth"), in: scratch)
    #expect(schema.output.contains("boolean is_it"), "\(schema.output)")
    let view = try Command.run(
      "export", "a.sqlite", "view", "--tables", "both", in: scratch)
    #expect(view.status == 0, "\(view.errors)")
    #expect(view.output.contains("both"))
  }

  @Test func `a database with a log is exported as it is for its readers`() throws {
    let scratch = try Scratch(live: ["t": ["base"]], mode: .wal)
    let writer = try LoadedDatabase(scratch, "crm.sqlite")
    try writer.execute("PRAGMA wal_autocheckpoint = 0; INSERT INTO t SELECT * FROM t")
    #expect(try scratch.bytes("crm.sqlite-wal").count > 0)
    try writer.execute("BEGIN; DELETE FROM t")
    let exported = try Command.run("export", "crm.sqlite", "out", in: scratch)
    #expect(exported.status == 0, "\(exported.errors)")
    #expect(exported.output.contains("1 table, 20 rows"))
    try writer.execute("ROLLBACK")
  }

  @Test func `JSON text becomes structs and lists as a schema says`() throws {
    let scratch = try Scratch()
    try LoadedDatabase(scratch, "a.sqlite").execute(
      """
      CREATE TABLE events (id INTEGER, at TEXT, session TEXT, tags TEXT);
      INSERT INTO events VALUES
        (1, '2026-11-20T04:03:07.963883Z', '{"channel":"Paid","hits":3}', '["a","b"]'),
        (2, NULL, NULL, '[]'), (3, '1969-12-31T23:59:59Z', '{"channel":null}', NULL);
      """)
    try scratch.write(
      """
      {"events": [{"name": "at", "type": "TIMESTAMP"},
        {"name": "session", "type": "RECORD", "fields": [
          {"name": "channel", "type": "STRING"}, {"name": "hits", "type": "INTEGER"}]},
        {"name": "tags", "type": "STRING", "mode": "REPEATED"}]}
      """, to: "schema.json")
    for style in ["standard", "bare"] {
      let exported = try Command.run(
        "export", "a.sqlite", style, "--schema", "schema.json", "--list-style", style, in: scratch)
      #expect(exported.status == 0, "\(exported.errors)")
      let cat = try Command.run(
        ["parquet", "cat"] + scratch.names(of: style, "events"), in: scratch)
      #expect(
        cat.output == """
          {"id":1,"at":"2026-11-20T04:03:07.963883Z","session":{"channel":"Paid","hits":3},"tags":["a","b"]}
          {"id":2,"at":null,"session":null,"tags":[]}
          {"id":3,"at":"1969-12-31T23:59:59.000000Z","session":{"channel":null,"hits":null},"tags":[]}

          """)
    }
    try LoadedDatabase(scratch, "a.sqlite").execute(
      "UPDATE events SET session = '{\"hits\":\"many\"}' WHERE id = 2")
    let wrong = try Command.run(
      "export", "a.sqlite", "wrong", "--schema", "schema.json", in: scratch)
    #expect(wrong.status == 1)
    #expect(wrong.errors.contains("cannot export table events: row 2, column session: "))
    #expect(!scratch.exists("wrong/receipt.json"))
  }

  @Test func `a value that does not fit its column is named with its row`() throws {
    let scratch = try Scratch()
    try LoadedDatabase(scratch, "a.sqlite").execute(
      "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2), ('three')")
    let result = try Command.run("export", "a.sqlite", "out", in: scratch)
    #expect(result.status == 1)
    #expect(
      result.errors == """
        error: cannot export table t: row 3, column a: a text in a column of integers
        hint: A schema can give the column another type.

        """)
    #expect(try scratch.files("out") == [])
  }

  @Test func `Parquet files are cut anew, and a dump keeps its rows`() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "export", SampleDump.example, "out", "--rows-per-file", "40", "--codec", "zstd",
      "--data-page-version", "2", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    for (name, dump) in [("a.sqlite", SampleDump.example), ("b.sqlite", "out")] {
      #expect(try Command.run("load", dump, "--into", name, in: scratch).status == 0)
    }
    let a = try LoadedDatabase(scratch, "a.sqlite")
    let b = try LoadedDatabase(scratch, "b.sqlite")
    for table in ExportTests.tables {
      #expect(
        try ExportTests.rows(of: table, in: a) == ExportTests.rows(of: table, in: b), "\(table)")
    }
    #expect(try scratch.names(of: "out", "events").count == 9)
    let file = try #require(try scratch.names(of: "out", "events").first)
    let single = try Command.run(
      "export", "parquet:\(file)", "single", "--table", "events", "--files", "2", in: scratch)
    #expect(single.output.contains("1 table, 40 rows, 2 files"), "\(single.errors)")
  }

  @Test func `the receipt has the vendor's shape, and what lies beside it says more`() throws {
    let scratch = try Scratch(live: ["b": ["base"], "a": ["half"]])
    let timestamp = "2026-11-22T04:03:07.963883Z"
    let result = try Command.run(
      "export", "crm.sqlite", "bucket", "--subfolder", "sub", "--timestamp", timestamp, "--files",
      "2", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let receipt = try scratch.text("bucket/sub/receipt.json")
    #expect(
      receipt == """
        {
          "timestamp": "\(timestamp)",
          "tables": {
            "a": {
              "folder": "2026-11-22T04:03/a",
              "total_file_count": 2
            },
            "b": {
              "folder": "2026-11-22T04:03/b",
              "total_file_count": 2
            }
          }
        }

        """)
    #expect(try scratch.text("bucket/sub/receipts/\(timestamp).json") == receipt)
    #expect(
      try scratch.files("bucket/sub").filter { $0.hasSuffix(".parquet") }
        == ["a", "b"].flatMap { table in
          (0..<2).map { "2026-11-22T04:03/\(table)/00000000000\($0).parquet" }
        })
    let manifest = try JSONDecoder().decode(
      ManifestDocument.self, from: try scratch.bytes("bucket/sub/2026-11-22T04:03/manifest.json"))
    #expect(manifest.tables.map(\.rows) == [5, 10])
    for file in manifest.tables.flatMap(\.files) {
      #expect(try scratch.bytes("bucket/sub/\(file.key)").count == file.bytes)
    }
  }

  private struct ManifestDocument: Decodable {
    struct Table: Decodable {
      struct File: Decodable {
        let key: String
        let bytes: Int
      }
      let rows: Int
      let files: [File]
    }
    let tables: [Table]
  }

  @Test func `the same rows and options give the same bytes`() throws {
    let scratch = try Scratch(live: ["t": ["base", "base", "half"]])
    for name in ["one", "two"] {
      let result = try Command.run(
        "export", "crm.sqlite", name, "--timestamp", Moment.second, "--files", "3", in: scratch)
      #expect(result.status == 0)
    }
    let files = try scratch.files("one")
    #expect(try scratch.files("two") == files)
    for file in files { #expect(try scratch.bytes("one/\(file)") == scratch.bytes("two/\(file)")) }
  }

  @Test func `a dump that is there, or is newer, is not written over`() throws {
    let scratch = try Scratch(live: ["t": ["base"]])
    func export(_ flags: String...) throws -> Command.Result {
      try Command.run(["export", "crm.sqlite", "out"] + flags, in: scratch)
    }
    #expect(try export("--timestamp", Moment.second).status == 0)
    let before = try scratch.snapshot()
    let same = try export("--timestamp", "2026-11-20T15:03:59.000000Z")
    #expect(same.status == 1)
    #expect(same.errors.contains("there is a dump 2026-11-20T15:03 already"))
    let again = try export("--timestamp", Moment.second)
    #expect(again.status == 1)
    #expect(again.errors.contains("there is a dump 2026-11-20T15:03 already"))
    let older = try export("--timestamp", Moment.first)
    #expect(older.status == 22)
    #expect(older.errors.contains("--allow-older"))
    let dry = try export("--timestamp", Moment.third, "--dry-run", "--files", "4")
    #expect(dry.status == 0)
    #expect(dry.output.contains("would write dump \(Moment.third) to out"))
    #expect(try scratch.snapshot() == before)
    #expect(try export("--timestamp", Moment.first, "--allow-older").status == 0)
    let newer = try export("--timestamp", Moment.third)
    #expect(newer.output.contains("its receipt took the place of dump \(Moment.first)"))
  }
}

extension Scratch {
  /// The paths of a table's files in the newest dump at a location, in order.
  func names(of location: String, _ table: String) throws -> [String] {
    try files(location).filter { $0.contains("/\(table)/") && $0.hasSuffix(".parquet") }
      .map { "\(location)/\($0)" }
  }

  /// The files below a folder, in order.
  func files(_ folder: String) throws -> [String] {
    guard exists(folder) else { return [] }
    return try FileManager.default.subpathsOfDirectory(atPath: path(folder)).filter { name in
      var isFolder: ObjCBool = false
      _ = unsafe FileManager.default.fileExists(
        atPath: path("\(folder)/\(name)"), isDirectory: &isFolder)
      return !isFolder.boolValue
    }.sorted()
  }
}
