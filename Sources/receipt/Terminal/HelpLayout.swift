extension String {
  /// The text of a help, its long lines broken for a terminal of 80 columns.
  ///
  /// An explanation goes on below itself, and a command behind a backslash. Paragraphs are left to the
  /// library, which knows the width.
  var laidOut: String {
    split(separator: "\n", omittingEmptySubsequences: false)
      .map(brokenHelpLine)
      .joined(separator: "\n")
  }
}

/// The library breaks what comes closer to the edge by itself.
private let helpWidth = 78

private func brokenHelpLine(_ line: Substring) -> String {
  guard line.hasPrefix("  "), line.count > helpWidth else { return String(line) }
  if let number = line.prefixMatch(of: /[ ]+[0-9]+\.[ ]/) {
    let isCommand = line.contains("receipt ")
    return broken(
      line, after: number.range.upperBound, indentation: isCommand ? 2 : 0,
      mark: isCommand ? " \\" : "")
  }
  // Words stand beside their explanations with two spaces or more between them.
  let gap = line.matches(of: /\S[ ]{2,}/).last
  let indented = line.firstIndex { $0 != " " } ?? line.startIndex
  return broken(line, after: gap?.range.upperBound ?? indented, indentation: 0, mark: "")
}

private func broken(
  _ line: Substring, after start: Substring.Index, indentation: Int, mark: String
) -> String {
  let margin = String(
    repeating: " ", count: line.distance(from: line.startIndex, to: start) + indentation)
  var lines: [String] = []
  var current = String(line[..<start])
  var isBegun = false
  for word in line[start...].split(separator: " ") {
    if isBegun, current.count + 1 + word.count + mark.count > helpWidth {
      lines.append(current + mark)
      current = margin + word
    } else {
      current += (isBegun ? " " : "") + word
    }
    isBegun = true
  }
  return (lines + [current]).joined(separator: "\n")
}
