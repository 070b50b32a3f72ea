import Foundation

/// The Swift files of the package, as text.
struct SourceFile {
  /// The path from the package's root.
  let path: String
  let lines: [String]

  /// The module: the folder below `Sources`.
  var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

  /// The lines without comments and without the inside of string literals.
  let code: [String]

  init(path: String, lines: [String]) {
    self.path = path
    self.lines = lines
    code = lines.map { line in
      let text =
        line.contains("\"") ? line.replacing(/"([^"\\]|\\.)*"/, with: "\"\"") : line
      return text.firstRange(of: "//").map { String(text[..<$0.lowerBound]) } ?? text
    }
  }

  /// The modules that the file imports.
  var imports: [String] {
    lines.compactMap { line in
      guard let match = line.wholeMatch(of: /((public|package|internal) )?import (\w+).*/) else {
        return nil
      }
      return String(match.3)
    }
  }
}

enum SourceTree {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// All Swift files below `Sources`.
  static let sources: [SourceFile] = {
    let folder = root.appending(path: "Sources")
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (paths ?? []).filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
      let file = folder.appending(path: path)
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
      return SourceFile(
        path: "Sources/" + path,
        lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
  }()
}
