import Foundation
import Testing

@Suite struct LoadTests {
  @Test func `a load is said in a table and a summary, and its database is sound`() throws {
    let scratch = try Scratch()
    let result = try Command.run("load", SampleDump.example, "--into", "crm.sqlite", in: scratch)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.contains("events        354      3   132 kB\n"))
    #expect(
      result.output.contains(
        "loaded dump \(SampleDump.timestamp) into crm.sqlite: 6 tables, 797 rows, "))
    #expect(try scratch.names() == ["crm.sqlite"])
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try database.value("PRAGMA integrity_check") == "ok")
    #expect(try database.value("SELECT count(*) FROM events") == "354")
    #expect(
      try database.value("SELECT group_concat(DISTINCT typeof(session_channel)) FROM events")
        == "text")
  }

  @Test func `a table keeps a name with quotes, a line break and any Unicode`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]])
    let name = "a\\n\\\"b' 東京 🚢"
    try scratch.write(
      """
      {"timestamp": "\(SampleDump.timestamp)", "tables": {"\(name)":
        {"folder": "\(SampleDump.label)/t", "total_file_count": 1}}}
      """, to: "dump/receipt.json")
    let result = try Command.run("load", "dump", "--into", "x.sqlite", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let database = try LoadedDatabase(scratch, "x.sqlite")
    #expect(
      try database.value("SELECT hex(name) FROM sqlite_schema LIMIT 1")
        == "a\n\"b' 東京 🚢".utf8.map { byte in
          let digits = String(byte, radix: 16, uppercase: true)
          return digits.count == 1 ? "0" + digits : digits
        }.joined())
    #expect(try database.value("PRAGMA integrity_check") == "ok")
  }

  @Test func `--replace replaces what a symbolic link points at, and keeps the link`() throws {
    let scratch = try Scratch()
    try scratch.write("older", to: "real.sqlite")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("link.sqlite"), withDestinationPath: scratch.path("real.sqlite"))
    let result = try Command.run(
      "load", SampleDump.example, "--into", "link.sqlite", "--replace", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let link = try FileManager.default.destinationOfSymbolicLink(
      atPath: scratch.path("link.sqlite"))
    #expect(link == scratch.path("real.sqlite"))
    #expect(try LoadedDatabase(scratch, "real.sqlite").value("PRAGMA quick_check") == "ok")
  }

  @Test func `load --json says rows a second and memory`() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "load", SampleDump.example, "--into", "crm.sqlite", "--json", in: scratch)
    #expect(result.status == 0)
    let document = try Document(result.output)
    #expect(document.rows == 797)
    #expect(document.rowsPerSecond.map { $0 > 0 } == true)
    #expect(document.peakMemoryBytes.map { $0 > 1_000_000 } == true)
    #expect(document.tables?.count == 6)
  }

  @Test(arguments: [512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536])
  func `every page size passes SQLite's own check`(size: Int) throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "load", SampleDump.example, "--into", "crm.sqlite", "--page-size", String(size), in: scratch)
    #expect(result.status == 0)
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try database.value("PRAGMA integrity_check") == "ok")
    #expect(try database.value("PRAGMA page_size") == String(size))
    #expect(try database.value("SELECT count(*) FROM attribution") == "210")
  }

  @Test(arguments: [["--jobs", "1"], ["--jobs", "4"], ["--max-memory", "1KiB"]])
  func `threads and memory change no row`(flags: [String]) throws {
    let scratch = try Scratch()
    for (name, flags) in [("one", []), ("two", flags)] {
      let result = try Command.run(
        ["load", SampleDump.example, "--into", name] + flags, in: scratch)
      #expect(result.status == 0)
    }
    let one = try LoadedDatabase(scratch, "one")
    let two = try LoadedDatabase(scratch, "two")
    for table in ["attribution", "companies", "contacts", "events", "spend", "stages"] {
      let sql =
        "SELECT rowid || ' ' || \(table == "spend" ? "timestamp || cost" : "row_checksum") "
        + "FROM \(table) ORDER BY rowid"
      #expect(try one.values(sql) == two.values(sql))
    }
  }

  @Test func `--tables loads those and no others`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"], "b": ["base"], "c": ["base"]])
    let result = try Command.run(
      "load", "dump", "--into", "crm.sqlite", "--tables", "b,a", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(
      try database.values("SELECT name FROM sqlite_schema ORDER BY name")
        == ["a", "b", "receipt_loads", "receipt_tables"])
  }

  @Test func `--nested json keeps every top-level column one to one`() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "load", SampleDump.example, "--into", "crm.sqlite", "--nested", "json", in: scratch)
    #expect(result.status == 0)
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(
      try database.value("SELECT count(*) FROM events WHERE NOT json_valid(session)") == "0")
    #expect(try database.value("SELECT count(*) FROM pragma_table_info('events')") == "19")
  }

  @Test func `--decimal real gives numbers instead of exact text`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]])
    for (form, kind) in [("text", "text 2.25"), ("real", "real 2.25")] {
      _ = try Command.run("load", "dump", "--into", form, "--decimal", form, in: scratch)
      let database = try LoadedDatabase(scratch, form)
      #expect(
        try database.value("SELECT typeof(price) || ' ' || price FROM t WHERE id = 9") == kind)
    }
  }

  @Test func `--uint64 decides what becomes of numbers beyond SQLite's`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["uint64"]])
    let refused = try Command.run("load", "dump", "--into", "crm.sqlite", in: scratch)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("cannot store 9223372036854775808 of column n, row 2"))
    #expect(refused.errors.contains("hint: --uint64 text stores the whole column as text"))
    #expect(try scratch.names() == ["dump"])
    let text = try Command.run(
      "load", "dump", "--into", "crm.sqlite", "--uint64", "text", in: scratch)
    #expect(text.status == 0)
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try database.values("SELECT n FROM t") == ["1", "9223372036854775808"])
    #expect(try database.value("SELECT group_concat(DISTINCT typeof(n)) FROM t") == "text")
  }

  @Test func `--assume-utc adds the Z`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["local-time"]])
    _ = try Command.run("load", "dump", "--into", "local", in: scratch)
    _ = try Command.run("load", "dump", "--into", "utc", "--assume-utc", in: scratch)
    let sql = "SELECT t FROM t WHERE rowid = 2"
    #expect(try LoadedDatabase(scratch, "local").value(sql) == "1970-01-01T00:00:01.500000")
    #expect(try LoadedDatabase(scratch, "utc").value(sql) == "1970-01-01T00:00:01.500000Z")
  }

  @Test func `a table without files is passed over with a warning`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["none": [], "some": ["base"]])
    let result = try Command.run("load", "dump", "--into", "crm.sqlite", in: scratch)
    #expect(result.status == 0)
    #expect(result.output.contains("warning: table-empty: none: the receipt promises no files"))
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(
      try database.values("SELECT name FROM sqlite_schema ORDER BY name")
        == ["receipt_loads", "receipt_tables", "some"])
  }

  @Test func `a table without rows is made`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["no-rows", "no-rows"]])
    let result = try Command.run("load", "dump", "--into", "crm.sqlite", in: scratch)
    #expect(result.status == 0)
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try database.value("SELECT count(*) FROM t") == "0")
    #expect(try database.value("PRAGMA integrity_check") == "ok")
  }

  @Test func `the ledger records what was loaded`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    _ = try Command.run("load", "dump", "--into", "crm.sqlite", in: scratch)
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    let receipt = try scratch.text("dump/receipt.json")
    #expect(try database.values("SELECT timestamp FROM receipt_loads") == [SampleDump.timestamp])
    #expect(try database.value("SELECT receipt FROM receipt_loads") == receipt)
    #expect(try database.value("SELECT row_count FROM receipt_loads") == "797")
    let version = try Command.run("--version", in: scratch).output.dropLast()
    #expect(try database.value("SELECT tool_version FROM receipt_loads") == String(version))
    #expect(try database.value("SELECT seconds BETWEEN 0.0001 AND 60 FROM receipt_loads") == "1")
    #expect(
      try database.value(
        "SELECT abs(julianday(started_at) - julianday('now')) < 0.1 FROM receipt_loads") == "1")
    let events = """
      SELECT row_count || ' ' || file_count || ' ' || byte_count
      FROM receipt_tables WHERE table_name = 'events'
      """
    let bytes = try (0..<3).reduce(0) { sum, number in
      try sum + scratch.bytes("dump/" + SampleDump.file("events", number)).count
    }
    #expect(try database.value(events) == "354 3 \(bytes)")
    #expect(
      try database.value(
        """
        SELECT count(*) FROM receipt_tables, json_each(columns)
        WHERE table_name = 'events' AND value ->> 'path' = '["session","channel"]'
        """) == "1")
  }
}
