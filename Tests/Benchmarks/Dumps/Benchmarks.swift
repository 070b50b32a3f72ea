import ArgumentParser
import FoundationEssentials
import Glibc

/// Loads and reads one dump by `receipt` and by its peers, and prints tables of what each took.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Benchmarks",
    abstract: "Measure receipt beside its peers on one dump.",
    discussion: """
      Makes a dump of 500,000 events (285 MB of Parquet, 1.2 GB of SQLite) unless one is named, and a \
      Python environment with the peers unless an interpreter is named. Everything lies below .build.

      EXAMPLES
        1. swift run -c release Benchmarks
        2. swift run -c release Benchmarks --dump exports/ --rounds 5 --only load
      """,
    subcommands: [
      Decode.self, Encode.self, Shred.self, Fetch.self, S3Contests.self, Idle.self,
      EventLatency.self,
    ])

  enum Job: String, ExpressibleByArgument, CaseIterable {
    case load
    case indexes
    case publish
    case publishWAL = "publish-wal"
    case changes
    case changesWAL = "changes-wal"
    case decode
    case encode
    case footers
    case export
  }

  @Option(help: "A dump to use instead of making one.")
  var dump: String?

  @Option(help: "Events of the dump that is made.")
  var events = 500_000

  @Option(help: "A Python interpreter that has the peers' packages.")
  var python: String?

  @Option(help: "How often each contestant runs; its fastest run counts.")
  var rounds = 3

  @Option(help: "Run one job only.")
  var only: Job?

  private var scratch: String { ".build/benchmarks" }
  private var peers: String { "Tests/Benchmarks/peers" }

  func run() throws {
    try FileManager.default.createDirectory(
      atPath: scratch, withIntermediateDirectories: true)
    let python = try self.python ?? environment()
    let dump = try self.dump ?? makeDump(python)
    for job in Job.allCases where only == nil || only == job {
      try contest(job, python, dump).run(rounds: rounds) { contestant in
        if let folder = contestant.folder { _ = try MeasuredProcess.run(["rm", "-rf", folder]) }
        guard let database = contestant.database else { return }
        if job == .load || job == .indexes { remove(database) }
        // What is measured is the way from the one dump to the other.
        if contestant.arguments.contains("changes") {
          _ = try MeasuredProcess.run(
            [receipt, "load", dump, "--into", database, "--force", "--allow-older", "-q"])
        }
      }
    }
  }

  private func remove(_ database: String) {
    for suffix in ["", "-journal", "-wal", "-shm"] { unsafe _ = unlink(database + suffix) }
  }

  /// A database that holds the dump already, in a journal mode.
  private func live(_ name: String, _ mode: String, _ python: String, _ dump: String) throws
    -> String
  {
    let database = "\(scratch)/\(name)-\(mode).sqlite"
    remove(database)
    _ = try MeasuredProcess.run([receipt, "load", dump, "--into", database, "-q"])
    _ = try MeasuredProcess.run([
      python, "-c",
      "import sqlite3; sqlite3.connect('\(database)').execute('pragma journal_mode = \(mode)')",
    ])
    return database
  }

  private var here: String { CommandLine.arguments[0] }

  private var receipt: String {
    (here.lastIndex(of: "/").map { String(here[..<$0]) } ?? ".") + "/receipt"
  }

  private func contest(
    _ job: Job, _ python: String, _ dump: String
  ) throws -> Contest {
    func peer(_ name: String, _ arguments: String..., database: String? = nil) -> Contest.Contestant
    {
      let script = [python, "\(peers)/\(arguments[0])"] + arguments.dropFirst()
      return .init(
        name: name, arguments: script + (database.map { [$0] } ?? []), database: database)
    }
    let database = "\(scratch)/loaded.sqlite"
    switch job {
    case .load:
      return Contest(
        title: "load into SQLite",
        contestants: [
          .init(
            name: "receipt load", arguments: [receipt, "load", dump, "--into", database, "-q"],
            database: database),
          peer("DuckDB → ADBC SQLite driver", "load-adbc.py", dump, database: database),
          peer("DuckDB sqlite extension", "load-duckdb.py", dump, database: database),
          peer("pyarrow → sqlite3", "load-pyarrow.py", dump, database: database),
        ])
    case .indexes:
      return Contest(
        title: "load with the preset's indexes",
        contestants: [
          .init(
            name: "receipt load --preset",
            arguments: [
              receipt, "load", dump, "--into", database, "--preset", "dreamdata", "-q",
            ], database: database),
          .init(
            name: "receipt load, then CREATE INDEX",
            arguments: [python, "\(peers)/create-indexes.py", receipt, dump, database],
            database: database),
          .init(
            name: "DuckDB → ADBC SQLite driver, then CREATE INDEX",
            arguments: [python, "\(peers)/load-adbc.py", dump, database, "indexes"],
            database: database),
          .init(
            name: "DuckDB sqlite extension, then CREATE INDEX",
            arguments: [python, "\(peers)/load-duckdb.py", dump, database, "indexes"],
            database: database),
        ])
    case .changes, .changesWAL:
      return try changes(job == .changes ? "delete" : "wal", python, dump)
    case .publish, .publishWAL:
      let mode = job == .publish ? "delete" : "wal"
      let ours = try live("receipt", mode, python, dump)
      return Contest(
        title: "replace all tables, journal mode \(mode)",
        contestants: [
          .init(
            name: "receipt load",
            arguments: [receipt, "load", dump, "--into", ours, "--force", "-q"], database: ours),
          peer(
            "DuckDB → ADBC SQLite driver", "publish-adbc.py", dump,
            database: try live("adbc", mode, python, dump)),
          peer(
            "DuckDB sqlite extension", "publish-duckdb.py", dump,
            database: try live("duckdb", mode, python, dump)),
        ])
    case .decode:
      return Contest(
        title: "decode every value",
        contestants: [
          .init(name: "Parquet (this package)", arguments: [here, "decode", dump]),
          peer("DuckDB", "read.py", dump, "decode", "duckdb"),
          peer("pyarrow", "read.py", dump, "decode", "pyarrow"),
          peer("polars", "read.py", dump, "decode", "polars"),
        ])
    case .encode:
      return Contest(
        title: "read and write anew, Snappy, one thread",
        contestants: [
          .init(name: "Parquet (this package)", arguments: [here, "encode", dump]),
          peer("pyarrow", "write.py", dump, "pyarrow", "snappy"),
          peer("DuckDB", "write.py", dump, "duckdb", "snappy"),
        ])
    case .footers:
      return Contest(
        title: "read all footers",
        contestants: [
          .init(name: "receipt verify", arguments: [receipt, "verify", dump, "-q"]),
          peer("DuckDB", "read.py", dump, "footers", "duckdb"),
          peer("pyarrow", "read.py", dump, "footers", "pyarrow"),
        ])
    case .export:
      let source = try live("exported", "delete", python, dump)
      // As many rows as the files of the dump have, and whole vectors of DuckDB's.
      let rows = "4096"
      let folders = ["receipt", "adbc", "duckdb"].map { "\(scratch)/exported-\($0)" }
      return Contest(
        title: "export a SQLite file, Snappy, \(rows) rows a file",
        contestants: [
          .init(
            name: "receipt export",
            arguments: [receipt, "export", source, folders[0], "--rows-per-file", rows, "-q"],
            folder: folders[0]),
          peer("ADBC SQLite driver → pyarrow", "export-pyarrow.py", source, folders[1], rows)
            .writing(folders[1]),
          peer("DuckDB sqlite extension", "export-duckdb.py", source, folders[2], rows)
            .writing(folders[2]),
        ])
    }
  }

  /// From one dump to another one of which 1% or 10% of the rows are others.
  private func changes(_ mode: String, _ python: String, _ dump: String) throws -> Contest {
    let database = try live("changes", mode, python, dump)
    func changed(_ share: String, _ place: String) throws -> String {
      let folder = "\(scratch)/changed-\(share)-\(place)"
      if unsafe access("\(folder)/receipt.json", F_OK) != 0 {
        note("writing a dump of which \(share) of the rows are others to \(folder)")
        _ = try MeasuredProcess.run(
          [python, "Tests/Benchmarks/change-dump.py", dump, folder, share, place])
      }
      return folder
    }
    let ours = try [
      ("1% changed", "0.01", "spread"), ("the last 1% changed", "0.01", "last"),
      ("10% changed", "0.1", "spread"),
    ]
    .map { which, part, place in
      Contest.Contestant(
        name: "receipt load --apply changes, \(which)",
        arguments: [
          receipt, "load", try changed(part, place), "--into", database, "--apply", "changes",
          "--force", "-q",
        ], database: database)
    }
    let spread = try changed("0.01", "spread")
    return Contest(
      title: "the next dump, journal mode \(mode)",
      contestants: ours + [
        .init(
          name: "receipt load --apply replace",
          arguments: [
            receipt, "load", spread, "--into", database, "--apply", "replace", "--force", "-q",
          ], database: database),
        .init(
          name: "DuckDB → ADBC SQLite driver: replace",
          arguments: [
            python, "\(peers)/publish-adbc.py", spread, try live("adbc", mode, python, dump),
          ]),
        .init(
          name: "DuckDB sqlite extension: replace",
          arguments: [
            python, "\(peers)/publish-duckdb.py", spread, try live("duckdb", mode, python, dump),
          ]),
      ])
  }

  /// A virtual environment with the peers' pinned packages.
  private func environment() throws -> String {
    let folder = "\(scratch)/python"
    let python = "\(folder)/bin/python"
    if unsafe access("\(folder)/ready", F_OK) == 0 { return python }
    note("installing the peers' packages into \(folder)")
    _ = try MeasuredProcess.run(["python3", "-m", "venv", folder])
    _ = try MeasuredProcess.run(
      [python, "-m", "pip", "install", "--quiet", "-r", "\(peers)/requirements.txt"])
    _ = try MeasuredProcess.run(["touch", "\(folder)/ready"])
    return python
  }

  private func makeDump(_ python: String) throws -> String {
    let folder = "\(scratch)/dump-\(events)"
    if unsafe access("\(folder)/receipt.json", F_OK) == 0 { return folder }
    note("writing a dump of \(events) events to \(folder)")
    _ = try MeasuredProcess.run(["rm", "-rf", folder])
    _ = try MeasuredProcess.run(
      [python, "Tests/Benchmarks/make-large-dump.py", folder, "--events", String(events)])
    return folder
  }
}

/// Prints what is going on beside the results.
func note(_ text: String) {
  let line = Array((text + "\n").utf8)
  unsafe line.withUnsafeBytes { bytes in
    unsafe _ = write(2, bytes.baseAddress, bytes.count)
  }
}
