import ArgumentParser
import Dump
import ObjectStorage
import Operations
import Parquet
import Synchronization

/// Decodes every value of a dump into memory and throws it away: how fast reading can be.
struct Decode: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Decode every value of a dump, and nothing else.")

  @Argument(help: "The location of the dump.")
  var location: String

  func run() async throws {
    let listing = try await DumpListing(DirectoryStore(path: location))
    let rows = Atomic<Int64>(0)
    let files = listing.check.tables.flatMap(\.files)
    try await onThreads(files, threadCount: availableProcessorCount) { queue in
      let context = ReadContext()
      while let file = queue.next() {
        let source = ObjectSource(reader: try listing.open(file))
        let parquet = try ParquetFile(name: file.key, source: source)
        for rowGroup in parquet.metadata.rowGroups.indices {
          let reader = try RowGroupReader(
            parquet, rowGroup: rowGroup, source: source, context: context)
          while case let count = try reader.readBatch(rows: 4_096), count > 0 {
            // Dictionaries too: one value for each row, as the peers give them.
            for column in reader.columns { column.materialize() }
            rows.add(Int64(count), ordering: .relaxed)
          }
        }
      }
    }
    print(rows.load(ordering: .relaxed))
  }
}
