import Dump
import ObjectStorage
import Parquet

/// The rows of text files, one file after the other, read in blocks.
final class TextFiles {
  /// Rows by which the types of columns are judged where no schema says them.
  static let inferredRowCount = 20_000

  private let paths: [String]
  /// What its columns are called.
  private let columnWord: String
  private var next = 0
  private var file: LocalFile?
  private var offset: Int64 = 0
  /// What inflates the file, if its name ends in `.gz`.
  private var gzip: GzipStream?
  private var block = TextBlock()

  /// - Parameters:
  ///   - paths: the files in their order.
  ///   - columnWord: what columns are called, for errors.
  init(_ paths: [String], columnWord: String) {
    self.paths = paths
    self.columnWord = columnWord
  }

  /// Takes the next rows, all from the same file.
  ///
  /// - Parameters:
  ///   - begin: is called until it has taken what a file begins with; whether it has.
  ///   - take: takes rows from the front of a block; returns how many, 0 if it has no whole one.
  /// - Returns: how many there were; 0 at the end of the last file.
  /// - Throws: ``OperationError`` with the place for ``RowFailure``, and what reading throws.
  func rows(
    begin: (TextBlock, String) throws(RowFailure) -> Bool = { _, _ throws(RowFailure) in true },
    take: (TextBlock) throws(RowFailure) -> Int
  ) throws -> Int {
    while true {
      if file == nil {
        guard next < paths.count else { return 0 }
        try open(paths[next], begin)
        next += 1
      }
      let count = try placed { () throws(RowFailure) in try take(block) }
      if count > 0 { return count }
      if block.isComplete { file = nil } else { try fill() }
    }
  }

  private func open(
    _ path: String, _ begin: (TextBlock, String) throws(RowFailure) -> Bool
  ) throws {
    file = try LocalFile(path: path)
    offset = 0
    gzip = path.lowercased().hasSuffix(".gz") ? try GzipStream() : nil
    block = TextBlock()
    repeat { try fill() } while try !placed { () throws(RowFailure) in try begin(block, path) }
  }

  private func fill() throws {
    guard let file else { return }
    do {
      try block.fill { room in
        guard let gzip else { return try readStored(file, into: &room) }
        return try gzip.read(into: &room) { try readStored(file, into: &$0) }
      }
    } catch let error as RowFailure {
      try placed { () throws(RowFailure) in throw error }
    } catch let error as GzipFailure {
      throw OperationError(.failed, "cannot export \(file.path): \(error.message)")
    }
  }

  /// Fills memory with the file's next bytes, as far as there are any.
  private func readStored(_ file: LocalFile, into room: inout MutableRawSpan) throws -> Int {
    let count = min(room.byteCount, Int(clamping: file.byteCount - offset))
    var part = room._mutatingExtracting(first: count)
    try file.read(at: offset, into: &part)
    offset += Int64(count)
    return count
  }

  /// Adds the file to errors of calls that do not know it.
  private func placed<Result>(_ body: () throws(RowFailure) -> Result) throws -> Result {
    do throws(RowFailure) {
      return try body()
    } catch {
      let column = error.column.map { ", \(columnWord) \($0)" } ?? ""
      throw OperationError(
        .failed,
        "cannot export \(file?.path ?? ""): line \(error.line)\(column): \(error.message)",
        hint: error.column.map { _ in
          "without --schema the first \(TextFiles.inferredRowCount) rows say what the others must be"
        })
    }
  }
}
