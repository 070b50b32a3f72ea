import Foundation
import Testing

@testable import Parquet

/// The files in the folder `Fixtures`: see `make.py` there.
@Suite struct `Fixtures` {
  private static func names(in folder: String = "") -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: fixtureFolder.appending(path: folder).path)
    return (names ?? []).filter { $0.hasSuffix(".parquet") }.sorted()
  }

  private static func bytes(_ name: String) throws -> [UInt8] {
    try contents(of: fixtureFolder.appending(path: name))
  }

  private static func expectedRows(_ name: String) throws -> [String] {
    let file = fixtureFolder.appending(path: name.dropLast(".parquet".count) + ".jsonl")
    return String(decoding: try contents(of: file), as: UTF8.self).split(separator: "\n")
      .map(String.init)
  }

  @Test func `the folder is there`() { #expect(Self.names().count > 50) }

  @Test(arguments: names())
  func `every row is read`(name: String) throws {
    let rows = try canonicalRows(try Self.bytes(name), name: name)
    let expected = try Self.expectedRows(name)
    #expect(rows.count == expected.count)
    for (index, (row, line)) in zip(rows, expected).enumerated() where row != line {
      #expect(JSONLine(row) == JSONLine(line), "row \(index)")
    }
  }

  @Test(arguments: names())
  func `the size of batches does not matter`(name: String) throws {
    let bytes = try Self.bytes(name)
    let whole = try canonicalRows(bytes, batch: 100_000)
    for batch in [1, 7, 1_000] { #expect(try canonicalRows(bytes, batch: batch) == whole) }
    let seed = UInt64.random(in: 0 ... .max)
    #expect(try canonicalRowsInRandomBatches(bytes, seed: seed) == whole, "seed \(seed)")
  }

  /// A reader may keep its memory from file to file.
  @Test func `one context serves all files`() throws {
    let context = ReadContext(bufferLimit: 1 << 20)
    for name in Self.names() {
      let bytes = try Self.bytes(name)
      #expect(try canonicalRows(bytes, context: context) == canonicalRows(bytes))
    }
  }

  @Test(arguments: names())
  func `each column is the same alone as among the others`(name: String) throws {
    let bytes = try Self.bytes(name)
    let file = try ParquetFile(name: name, source: MemorySource(bytes))
    // A projection goes by name, so fields of one name come together, and dots may cut any name.
    let fields = file.schema.fields.prefix(20)
    guard Set(fields.map(\.name)).count == fields.count else { return }
    for field in fields where !field.name.isEmpty && !field.name.contains(".") {
      let alone = try canonicalRows(bytes, columns: [field.name], style: .plain)
      let all = try canonicalRows(bytes, style: .plain)
      for (one, row) in zip(alone, all) {
        #expect(row.contains(one.dropFirst().dropLast()), "column \(field.name)")
      }
    }
  }

  /// Where only a map's values are read, or one field of a struct in a list, the rest is left out.
  @Test(arguments: names())
  func `each leaf can be read alone`(name: String) throws {
    let bytes = try Self.bytes(name)
    let source = MemorySource(bytes)
    let file = try ParquetFile(name: name, source: source)
    for leaf in file.schema.leaves.prefix(40) {
      for rowGroup in file.metadata.rowGroups.indices {
        let reader = try RowGroupReader(file, rowGroup: rowGroup, columns: [leaf], source: source)
        let writer = JSONRowWriter(
          fields: file.schema.fields, vectors: reader.columns, style: .plain)
        while case let count = try reader.readBatch(rows: 100), count > 0 {
          writer.beginBatch()
          for _ in 0..<count { try writer.appendRow() }
          for line in writer.takeText().split(separator: UInt8(ascii: "\n")) {
            _ = try JSONSerialization.jsonObject(with: Data(line))
          }
        }
      }
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var name: String
    var code: ParquetError.Code
    var description: String
    var testDescription: String { name }
  }

  static let refusals = [
    Refusal(
      name: "malformed/impala-bad-codec", code: .unsupported,
      description: "codec UNKNOWN(5000) is not supported (column id, row group 0)"),
    Refusal(
      name: "malformed/impala-bad-rle-repeat-count", code: .corrupt,
      description:
        "the run-length encoded data ends before the page's last value (column c, row group 0, page 1, offset 55)"
    ),
    Refusal(
      name: "malformed/impala-corrupt-footer-len-incr", code: .footer,
      description: "the footer says 446 bytes but the file has 320"),
    Refusal(
      name: "malformed/impala-huge-num-rows", code: .corrupt,
      description:
        "the column chunk has fewer rows than its row group (column i, row group 0, page 1, offset 65)"
    ),
    Refusal(
      name: "malformed/impala-plain-encoded-out-of-bounds", code: .corrupt,
      description:
        "a BYTE_ARRAY value with its length needs 16 bytes but 15 are left (column s, row group 0, page 1, offset 58)"
    ),
    Refusal(
      name: "malformed/parquet-testing-arrow-gh-45185", code: .corrupt,
      description:
        "the column chunk begins in the middle of a row (column x.list.element, row group 0, page 0, offset 76)"
    ),
    Refusal(
      name: "malformed/parquet-testing-arrow-rs-gh-6229-levels", code: .corrupt,
      description:
        "the run-length encoded data ends before the page's last value (column outer.list.item.c"),
    Refusal(
      name: "malformed/parquet-testing-arrow-rs-gh-6229-dictheader", code: .corrupt,
      description:
        "the end of the column chunk is 451 but may be at most 291 (column name, row group 0)"),
    Refusal(
      name: "malformed/parquet-testing-rle-dict-uncompressed-corrupt-checksum", code: .pageChecksum,
      description:
        "the page's CRC is 0x6522df6a but its bytes give 0x6522df69 (column long_field, row group 0, page 0, offset "
    ),
    Refusal(
      name: "malformed/duckdb-issue22325-datapage-v2-negative-def-levels", code: .corrupt,
      description:
        "a page header has a negative size or count (column b, row group 0, page 0, offset 4)"),
    Refusal(
      name: "malformed/duckdb-parquet-column-num-values-mismatch", code: .corrupt,
      description:
        "the column chunk has fewer rows than its row group (column x, row group 0, page 0, offset 4)"
    ),
    Refusal(
      name: "malformed/duckdb-garbledfooter", code: .footer,
      description:
        "the footer is broken: a Thrift field has another type than the format's (offset 8)"),
    Refusal(
      name: "malformed/duckdb-internal-6129", code: .corrupt,
      description:
        "the block size of DELTA_BINARY_PACKED does not divide into its miniblocks (column j, row group 0, page 0, offset 63)"
    ),
    Refusal(
      name: "unsupported/duckdb-arrow-uniform-encryption-gist", code: .unsupported,
      description: "encryption (an encrypted footer) is not supported"),
    Refusal(
      name: "unsupported/duckdb-encrypted-footer", code: .unsupported,
      description: "encryption (an encrypted footer) is not supported"),
    Refusal(
      name: "unsupported/parquet-testing-encrypt-columns-plaintext-footer-encrypted",
      code: .unsupported,
      description:
        "encryption (an encrypted column) is not supported (column boolean_field, row group 0)"),
  ]

  @Test(arguments: refusals)
  func `a broken or unsupported file is refused with its place`(refusal: Refusal) throws {
    let name = refusal.name + ".parquet"
    let error = try #require(try failure(of: try Self.bytes(name), name: name))
    #expect(error.code == refusal.code)
    #expect(error.description.hasPrefix("cannot read \(name): \(refusal.description)"))
  }

  @Test func `every refused file has its expected error`() {
    let listed = Set(Self.refusals.map { $0.name + ".parquet" })
    for folder in ["malformed", "unsupported"] {
      for name in Self.names(in: folder) { #expect(listed.contains("\(folder)/\(name)")) }
    }
  }

  @Test(arguments: names())
  func `a file that was cut off is refused`(name: String) throws {
    let bytes = try Self.bytes(name)
    for length in [0, 4, 11, bytes.count / 2, bytes.count - 1] {
      let error = try #require(try failure(of: Array(bytes[..<length])), "\(length) bytes")
      #expect([.notParquet, .footer].contains(error.code), "\(length) bytes")
    }
  }
}

/// A line of canonical JSON whose numbers may be spelled in several ways.
struct JSONLine: Equatable {
  private let object: NSArray?
  private let text: String

  init(_ text: String) {
    object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSArray
    self.text = text
  }

  static func == (left: JSONLine, right: JSONLine) -> Bool {
    left.text == right.text || (left.object != nil && left.object == right.object)
  }
}
