import ArgumentParser
import FoundationEssentials
import Glibc
import ObjectStorage
import Operations

/// Reads from a bucket by `receipt` and by its peers, and prints tables of what each took.
struct S3Contests: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "s3",
    abstract: "Measure reading from S3 beside peers.",
    discussion: """
      Puts 1,000 small objects, one of 500 MB, and a dump into the bucket unless they are there, and \
      reads them. Server and keys come from the environment: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID …; \
      the peers are those that a Python interpreter and the PATH have.

      EXAMPLES
        1. swift run -c release Benchmarks s3 bench --local-dump exports/ --interpreter python3
        2. … --fault-proxy http://127.0.0.1:25600   also with latency, and with requests that fail
      """)

  @Argument(help: "A bucket that is there.")
  var bucket: String

  @Option(help: "The dump to put there.")
  var localDump: String

  @Option(help: "A Python interpreter with duckdb, pyarrow and boto3, aws beside it.")
  var interpreter: String

  @Option(help: "How often each contestant runs; its fastest run counts.")
  var repetitions = 3

  @Option(help: "The URL of a fault proxy before the server; its control is one port above it.")
  var faultProxy: String?

  enum Job: String, ExpressibleByArgument, CaseIterable {
    case small, large, footers, load, faults
  }

  @Option(help: "Run one contest only.")
  var contest: Job?

  @Flag(help: "Put there what is read, and end.")
  var preparesOnly = false

  var scratch: String { ".build/benchmarks/s3" }
  private var here: String { CommandLine.arguments[0] }
  var folder: String { here.lastIndex(of: "/").map { String(here[..<$0]) } ?? "." }

  func run() async throws {
    if preparesOnly { return try await prepare() }
    // What this process takes would count as its children's: they begin as copies of it.
    _ = try MeasuredProcess.run([
      here, "s3", bucket, "--local-dump", localDump, "--interpreter", interpreter,
      "--prepares-only",
    ])
    let contests: [(Job, Contest)] = [
      (.small, small), (.large, large), (.footers, footers), (.load, load),
    ]
    for (job, each) in contests where contest == nil || contest == job {
      try each.run(rounds: repetitions) { _ in
        try? FileManager.default.removeItem(atPath: scratch)
        try FileManager.default.createDirectory(
          atPath: scratch, withIntermediateDirectories: true)
      }
    }
    if let faultProxy, contest == nil || contest == .faults { try runFaults(faultProxy) }
  }

  // MARK: What is read

  private func store(_ folder: String) throws -> any ObjectStore {
    try Location.store(
      "s3://\(bucket)/\(folder)", S3Options(environment: ProcessInfo.processInfo.environment))
  }

  private func prepare() async throws {
    let small = try store("small")
    if try await small.list(prefix: "").count < 1_000 {
      note("putting 1,000 objects of 16 KiB")
      let bytes = [UInt8](repeating: 7, count: 16 << 10)
      for index in 0..<1_000 { try await small.put("\(index)", bytes) }
    }
    let large = try store("large")
    if try await large.list(prefix: "").isEmpty {
      note("putting one object of 500 MB")
      let upload = try await large.upload("object", options: PutOptions())
      for part in 0..<50 {
        try await upload.append((0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 * part) })
      }
      _ = try await upload.finish()
    }
    let target = try store("dump")
    if try await target.list(prefix: "").isEmpty {
      note("putting the dump")
      let source = try DirectoryStore(path: localDump)
      for object in try await source.list(prefix: "") {
        try await target.put(object.key, try await source.get(object.key, limit: 1 << 30))
      }
    }
  }

  // MARK: Who reads it

  func peer(_ name: String, _ what: String, _ library: String) -> Contest.Contestant {
    .init(
      name: name,
      arguments: [interpreter, "Tests/Benchmarks/peers/s3.py", bucket, what, library, scratch])
  }

  private func copies(_ title: String, _ folder: String) -> Contest {
    let aws = (interpreter.lastIndex(of: "/").map { String(interpreter[..<$0]) } ?? ".") + "/aws"
    return Contest(
      title: title,
      contestants: [
        .init(
          name: "ObjectStorage (this package)",
          arguments: [here, "fetch", "s3://\(bucket)/\(folder)", scratch]),
        .init(
          name: "rclone",
          arguments: [
            "rclone", "copy",
            ":s3,provider=Other,env_auth,endpoint='\(endpoint)':\(bucket)/\(folder)",
            scratch, "--transfers", "32", "--checkers", "32", "--s3-no-head", "--no-traverse",
          ]),
        .init(
          name: "AWS CLI",
          arguments: [
            aws, "s3", "cp", "--recursive", "--quiet", "s3://\(bucket)/\(folder)", scratch,
          ]),
        peer("boto3, 32 threads", folder, "boto3"),
        peer("pyarrow S3, 32 threads", folder, "pyarrow"),
      ])
  }

  private var endpoint: String { ProcessInfo.processInfo.environment["AWS_ENDPOINT_URL"] ?? "" }
  private var small: Contest { copies("1,000 objects of 16 KiB into files", "small") }
  private var large: Contest { copies("one object of 500 MB into a file", "large") }

  private var footers: Contest {
    Contest(
      title: "all footers of a dump in S3",
      contestants: [
        .init(
          name: "receipt verify",
          arguments: [folder + "/receipt", "verify", "s3://\(bucket)/dump", "-q"]),
        peer("DuckDB httpfs", "footers", "duckdb"),
        peer("pyarrow S3, 32 threads", "footers", "pyarrow"),
      ])
  }

  private var load: Contest {
    let database = "\(scratch)/loaded.sqlite"
    return Contest(
      title: "load a dump into SQLite",
      contestants: [
        .init(
          name: "receipt load, from S3",
          arguments: [folder + "/receipt", "load", "s3://\(bucket)/dump", "--into", database, "-q"]),
        .init(
          name: "receipt load, from disk",
          arguments: [folder + "/receipt", "load", localDump, "--into", database, "-q"]),
        peer("DuckDB httpfs, decoded only", "decode", "duckdb"),
        peer("pyarrow S3, decoded only", "decode", "pyarrow"),
      ])
  }
}
