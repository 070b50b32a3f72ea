import Foundation
import TestSupport
import Testing

/// `receipt export` from a PostgreSQL server that says no, has what Parquet has not, or goes away.
@Suite(.serialized, .enabled(if: PostgreSQLDatabase.isThere, PostgreSQLDatabase.missing))
struct ExportPostgreSQLFailureTests {
  /// A table that takes seconds to read.
  private static let slow = """
    CREATE TABLE slow AS SELECT i, repeat('x', 500) AS filler FROM generate_series(1, 300000) i;
    """

  // MARK: Values

  @Test(arguments: [
    ("numeric(5,2)", "'NaN'", "NaN is no DECIMAL", false),
    ("date", "'infinity'", "infinity is no DATE", true),
    ("timestamp", "'-infinity'", "-infinity is no TIMESTAMP", true),
    ("timestamptz", "'infinity'", "infinity is no TIMESTAMP", true),
    ("time", "'24:00'", "a time of 24:00:00 or more is no TIME", false),
    (
      "timestamp", "'294276-12-31 23:59:59.999999'",
      "a timestamp after 294247-01-10 has no 64 bits for its microseconds", false
    ),
    ("int[]", "'{{1,2},{3,4}}'", "an array of 2 dimensions is no list", false),
    ("int[]", "'[0:1]={1,2}'", "an array that begins at 0 is no list", false),
    ("date[]", "'{infinity}'", "infinity is no DATE", true),
  ])
  func `a value that Parquet has not is named with its row`(
    type: String, value: String, reason: String, isInfinite: Bool
  ) throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(
      """
      CREATE TABLE t (id int, v \(type));
      INSERT INTO t SELECT i FROM generate_series(1, 300) i;
      INSERT INTO t VALUES (301, \(value)), (302, NULL);
      """)
    let result = try Command.run("export", database.url, "out", in: scratch)
    #expect(result.status == 1)
    #expect(
      result.errorLines.first == "error: cannot export table t: row 301, column v: \(reason)")
    #expect(result.errors.contains("--schema"))
    #expect(result.errors.contains("--infinity null") == isInfinite)
    #expect(try scratch.files("out").isEmpty)
    try scratch.write(#"[{"name": "v", "type": "STRING"}]"#, to: "schema.json")
    let text = try Command.run(
      "export", database.url, "text", "--schema", "schema.json", in: scratch)
    #expect(text.status == 0, "\(text.errors)")
    let cat = try Command.run(["parquet", "cat"] + scratch.names(of: "text", "t"), in: scratch)
    let wanted = try database.run("SELECT v::text FROM t WHERE id = 301").split(separator: "\n")
    #expect(cat.output.contains("{\"id\":301,\"v\":\"\(wanted[0])\"}"), "\(cat.output.suffix(200))")
    guard isInfinite else { return }
    let nulls = try Command.run("export", database.url, "nulls", "--infinity", "null", in: scratch)
    #expect(nulls.status == 0, "\(nulls.errors)")
    let rows = try Command.run(["parquet", "cat"] + scratch.names(of: "nulls", "t"), in: scratch)
    #expect(rows.output.contains(type.hasSuffix("[]") ? #"301,"v":[null]"# : #"301,"v":null"#))
  }

  @Test func `bytes that are no text in a database without an encoding are named`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(
      """
      SET client_encoding = 'SQL_ASCII';
      CREATE TABLE t (a text, l text[]);
      INSERT INTO t VALUES ('é'), ('x'), (E'caf\\xe9');
      """, options: "ENCODING SQL_ASCII LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    let result = try Command.run("export", database.url, "out", in: scratch)
    #expect(result.status == 1)
    #expect(
      result.errorLines.first
        == "error: cannot export table t: row 3, column a: a text is not UTF-8")
    try database.run(
      "SET client_encoding = 'SQL_ASCII'; UPDATE t SET l = ARRAY['a', a], a = NULL WHERE a > 'x'")
    try database.run(
      "SET client_encoding = 'SQL_ASCII'; UPDATE t SET l = ARRAY['a', a], a = NULL WHERE a LIKE 'caf%'"
    )
    let list = try Command.run("export", database.url, "out", in: scratch)
    #expect(list.status == 1)
    #expect(list.errors.contains("column l: a text is not UTF-8"), "\(list.errors)")
  }

  // MARK: Rights and addresses

  @Test func `a table that may not be read is left out, or named when it is asked for`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(
      """
      DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      CREATE TABLE open (a int); INSERT INTO open VALUES (1);
      CREATE TABLE closed (a int);
      CREATE TABLE partly (a int, b int);
      GRANT SELECT ON open TO reader; GRANT SELECT (a) ON partly TO reader;
      """)
    let url = database.url(user: "reader")
    let all = try Command.run("export", url, "out", in: scratch)
    #expect(all.status == 0, "\(all.errors)")
    #expect(all.output.contains("1 table, 1 row,"))
    for table in ["closed", "partly"] {
      let result = try Command.run("export", url, "none", "--tables", table, in: scratch)
      #expect(result.status == 30)
      #expect(result.errors.contains("cannot read table public.\(table) of database"))
      #expect(result.errors.contains("GRANT SELECT ON \"public\".\"\(table)\""))
    }
    try database.run("REVOKE SELECT ON open FROM reader")
    let none = try Command.run("export", url, "none", in: scratch)
    #expect(none.status == 30, "\(none.errors)")
  }

  @Test func `rows that a policy hides are no rows that are left out`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(
      """
      DO $$ BEGIN CREATE ROLE tenant LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2);
      ALTER TABLE t ENABLE ROW LEVEL SECURITY;
      CREATE POLICY mine ON t USING (a = 1);
      GRANT SELECT ON t TO tenant;
      """)
    let result = try Command.run("export", database.url(user: "tenant"), "out", in: scratch)
    #expect(result.status == 30)
    #expect(result.errors.contains("policy for table \"t\""), "\(result.errors)")
    #expect(result.errors.contains("BYPASSRLS"))
  }

  @Test(arguments: [
    "postgres://me:sesame@HOST/db", "postgresql://me:se%73ame@HOST/db",
    "postgres://me@HOST/db?password=sesame", "postgres://HOST/db?user=me&sslpassword=sesame",
    "postgres://me:s/esame@HOST/db", "postgres://me:s?esame@HOST/db",
    "postgres://me:@sesame@HOST/db",
    "postgres://me:sesame/x?y=1@HOST", "POSTGRES://me:sesame@HOST/db",
  ])
  func `a password in the URL is refused and never repeated`(url: String) throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "export", url.replacing("HOST", with: "127.0.0.1:1"), "out", in: scratch)
    #expect(result.status == 64)
    #expect(result.errors.contains("PGPASSWORD"), "\(result.errors)")
    #expect(!(result.errors + result.output).contains("esame"), "\(result.errors)")
  }

  @Test func `a password comes from the environment or a file`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(
      """
      DO $$ BEGIN CREATE ROLE secretive LOGIN SUPERUSER PASSWORD 'open sesame';
      EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      CREATE TABLE t (a int);
      """)
    let url = database.url(user: "secretive")
    let none = try Command.run(
      under: ["env", "-u", "PGPASSWORD", "PGPASSFILE=/nonexistent"], "export", url, "out",
      in: scratch)
    #expect(none.status == 30)
    #expect(none.errors.contains("PGPASSFILE"), "\(none.errors)")
    let wrong = try Command.run(
      under: ["env", "PGPASSWORD=open barley"], "export", url, "out", in: scratch)
    #expect(wrong.status == 30, "\(wrong.errors)")
    #expect(
      wrong.errorLines.first?.hasSuffix(
        "FATAL: password authentication failed for user \"secretive\"") == true, "\(wrong.errors)")
    #expect(!wrong.errors.contains("barley"))
    let right = try Command.run(
      under: ["env", "PGPASSWORD=open sesame"], "export", url, "a", in: scratch)
    #expect(right.status == 0, "\(right.errors)")
    try scratch.write("*:*:*:secretive:open sesame\n", to: "pass")
    let chmod = try Tool.run("/bin/chmod", ["600", "pass"], in: scratch)
    #expect(chmod.status == 0)
    let file = try Command.run(
      under: ["env", "PGPASSFILE=\(scratch.path("pass"))"], "export", url, "b", in: scratch)
    #expect(file.status == 0, "\(file.errors)")
  }

  @Test func `a server that is not there may come back, a database may not`() throws {
    let scratch = try Scratch()
    let server = try #require(PostgreSQLDatabase.server)
    let refused = try Command.run("export", "postgres://127.0.0.1:1/db", "out", in: scratch)
    #expect(refused.status == 31)
    #expect(
      refused.errors.contains("cannot connect to postgres://127.0.0.1:1/db: "), "\(refused.errors)")
    let nothing = try Command.run("export", server + "_none", "out", in: scratch)
    #expect(nothing.status == 1)
    #expect(
      nothing.errors.contains("database \"postgres_none\" does not exist"), "\(nothing.errors)")
    let odd = try Command.run("export", server + "?sslmoode=off", "out", in: scratch)
    #expect(odd.status == 64)
    #expect(odd.errors.contains("sslmoode"), "\(odd.errors)")
    let empty = try PostgreSQLDatabase()
    let result = try Command.run("export", empty.url, "out", in: scratch)
    #expect(result.status == 1)
    #expect(result.errors.contains("it has no tables"))
  }

  @Test func `a server that does not answer is given up`() throws {
    let scratch = try Scratch()
    let silent = try ScriptedServer { _ in .silence(60) }
    defer { silent.stop() }
    let clock = ContinuousClock()
    let begin = clock.now
    let result = try Command.run(
      "export", "postgres://127.0.0.1:\(silent.port)/db?connect_timeout=2&sslmode=disable", "out",
      in: scratch)
    #expect(result.status == 31)
    #expect(result.errors.contains("the server does not answer"), "\(result.errors)")
    #expect(begin.duration(to: clock.now) < .seconds(20))
  }

  // MARK: In the middle

  private func exported(_ database: PostgreSQLDatabase) throws -> (Scratch, [String]) {
    let scratch = try Scratch()
    try database.run("CREATE TABLE small (a int)")
    let result = try Command.run(
      "export", database.url, "out", "--tables", "small", "--timestamp", Moment.first, in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    return (scratch, try scratch.files("out"))
  }

  /// Waits until the server sends rows of the table.
  private func waitForRows(_ database: PostgreSQLDatabase) throws {
    for _ in 0..<400 {
      let found = try database.run(
        """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
          AND query LIKE 'COPY (SELECT%slow%' AND state = 'active'
        """)
      if found != "0\n" { return }
      pause(.milliseconds(10))
    }
    Issue.record("the export never began")
  }

  @Test func `a server that goes away in the middle leaves the old receipt in force`() throws {
    let database = try PostgreSQLDatabase(ExportPostgreSQLFailureTests.slow)
    let (scratch, before) = try exported(database)
    let process = try Command.start(
      "export", database.url, "out", "--tables", "slow,small", "--rows-per-file", "1000",
      in: scratch)
    try waitForRows(database)
    try database.run(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
      """)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 31)
    #expect(try scratch.files("out") == before)
    #expect(try Command.run("verify", "out", in: scratch).status == 0)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an export that is interrupted leaves nothing, on the server neither`(signal: Int32) throws {
    let database = try PostgreSQLDatabase(ExportPostgreSQLFailureTests.slow)
    let (scratch, before) = try exported(database)
    // A view that has nothing to send for a long time.
    try database.run("CREATE VIEW waiting AS SELECT pg_sleep(60)::text AS slow")
    for tables in ["slow", "waiting"] {
      let process = try Command.start(
        "export", database.url, "out", "--tables", tables, "--rows-per-file", "1000", in: scratch)
      try waitForRows(database)
      kill(process.processIdentifier, signal)
      let clock = ContinuousClock()
      let begin = clock.now
      process.waitUntilExit()
      #expect(begin.duration(to: clock.now) < .seconds(9))
      #expect(process.terminationStatus == 128 + signal)
      #expect(try scratch.files("out") == before)
      var left = try database.sessionCount()
      for _ in 0..<300 where left > 0 {
        pause(.milliseconds(10))
        left = try database.sessionCount()
      }
      #expect(left == 0)
    }
  }

  @Test func `a value that does not fit ends what other connections read`() throws {
    let database = try PostgreSQLDatabase(
      ExportPostgreSQLFailureTests.slow
        + "CREATE TABLE bad (d date); INSERT INTO bad VALUES ('infinity')")
    let (scratch, before) = try exported(database)
    let result = try Command.run("export", database.url, "out", "--jobs", "3", in: scratch)
    #expect(result.status == 1)
    #expect(result.errors.contains("table bad: row 1, column d: infinity is no DATE"))
    #expect(try scratch.files("out") == before)
  }

  @Test func `a table that somebody changes is waited for, but not for ever`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase("CREATE TABLE t (a int)")
    let holder = Process()
    holder.executableURL = URL(filePath: "/usr/bin/env")
    holder.arguments = [
      "psql", "-Xq", database.url, "-c",
      "BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(4)",
    ]
    holder.standardOutput = FileHandle.nullDevice
    try holder.run()
    defer { holder.waitUntilExit() }
    let isHeld = """
      SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
      WHERE d.datname = current_database() AND mode = 'AccessExclusiveLock' AND granted
      """
    while try holder.isRunning && database.run(isHeld) == "0\n" { pause(.milliseconds(10)) }
    let result = try Command.run(
      "export", database.url, "out", "--busy-timeout", "1s", in: scratch)
    #expect(result.status == 11, "\(result.errors)")
    #expect(result.errors.contains("--busy-timeout"))
    let patient = try Command.run("export", database.url, "later", in: scratch)
    #expect(patient.status == 0, "\(patient.errors)")
  }
}
