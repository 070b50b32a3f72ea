import Dump
import Parquet
import SQLiteTables

/// The columns that a file of a dump has in a database.
enum FileSchema {
  /// Their names, in the table's order.
  static func columnNames(
    _ file: FileEntry, of listing: DumpListing, _ conversion: ConversionOptions
  ) throws -> [String] {
    let source = ObjectSource(reader: try listing.open(file))
    let schema = try ParquetFile(name: file.key, source: source).schema
    return TableMapping(schema, options: conversion).columns.map(\.name)
  }
}
