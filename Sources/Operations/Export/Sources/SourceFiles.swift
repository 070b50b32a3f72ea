import Dump
import FoundationEssentials

/// The files of a file or folder, table by table.
///
/// A file is a table, named by what stands before its extension. In a folder each file is a table, and
/// each sub-folder is one of all its files in the order of their names. Hidden files and those with
/// other extensions are passed over.
struct SourceFiles: Sendable {
  /// A table and its files.
  struct Table: Sendable {
    let name: String
    let paths: [String]
  }

  let tables: [Table]

  /// Looks at a path.
  ///
  /// - Parameters:
  ///   - path: the file or folder.
  ///   - extensions: the extensions of the files that count in a folder, without the dot.
  ///   - options: the tables wanted, and the name of the one table that all files are.
  /// - Throws: ``OperationError``.
  init(_ path: String, extensions: [String], _ options: ExportOptions) throws {
    let found = try SourceFiles.found(path, extensions, options.tableName)
    if found.isEmpty {
      let known = extensions.map { ".\($0)" }.joined(separator: ", ")
      throw OperationError(
        .failed, "cannot export \(path): it has no files that end in \(known)")
    }
    for (first, second) in zip(found, found.dropFirst()) where first.name == second.name {
      throw OperationError(
        .failed,
        "cannot export \(path): \(first.paths[0]) and \(second.paths[0]) would both be table "
          + first.name,
        hint: "a sub-folder makes one table of several files")
    }
    guard let names = options.tables else {
      tables = found
      return
    }
    tables = try names.map { name in
      guard let table = found.first(where: { $0.name == name }) else {
        throw OperationError(
          .usage, "cannot export \(path): it has no table \(name)",
          hint: "it has " + found.map(\.name).joined(separator: ", "))
      }
      return table
    }
  }

  /// The tables in the order of their names.
  private static func found(
    _ path: String, _ extensions: [String], _ tableName: String?
  ) throws -> [Table] {
    guard try isFolder(path) else {
      return [Table(name: tableName ?? stem(of: path, extensions), paths: [path])]
    }
    let folder = path.hasSuffix("/") ? path : path + "/"
    let names = try visibleNames(in: folder)
    if let tableName {
      let paths = names.filter { isWanted($0, extensions) }.map { folder + $0 }
      return paths.isEmpty ? [] : [Table(name: tableName, paths: paths)]
    }
    var tables: [Table] = []
    for name in names {
      if try isFolder(folder + name) {
        let paths = try visibleNames(in: folder + name).filter { isWanted($0, extensions) }
        if paths.isEmpty { continue }
        tables.append(Table(name: name, paths: paths.map { "\(folder)\(name)/\($0)" }))
      } else if isWanted(name, extensions) {
        tables.append(Table(name: stem(of: name, extensions), paths: [folder + name]))
      }
    }
    return tables.sorted { $0.name < $1.name }
  }

  /// Whether a name ends in one of some extensions.
  static func isWanted(_ name: String, _ extensions: [String]) -> Bool {
    let name = name.lowercased()
    return extensions.contains { name.hasSuffix(".\($0)") }
  }

  /// The name of a file without folders and extension.
  private static func stem(of path: String, _ extensions: [String]) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    // The longest one that fits: `csv.gz` before `gz`.
    let found = extensions.filter { name.lowercased().hasSuffix(".\($0)") }.max {
      $0.count < $1.count
    }
    if let found { return String(name.dropLast(found.count + 1)) }
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }

  private static func visibleNames(in folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw OperationError(
        .failed, "cannot export \(folder): the folder cannot be listed",
        hint: "check that you may read it")
    }
  }

  private static func isFolder(_ path: String) throws -> Bool {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw OperationError(.failed, "cannot export \(path): there is no such file or folder")
    }
    return isFolder
  }
}
