import Operations

/// What a setup changes, as people read it.
enum SetupText {
  static func print(_ report: SetupReport) throws {
    for entry in report.entries {
      try StandardOutput.print("\(entry.change): \(TextTable.printable(entry.resource))")
      for line in entry.difference {
        try StandardOutput.print("    " + TextTable.printable(line))
      }
    }
    for warning in report.warnings { try StandardOutput.print("warning: \(warning)") }
  }
}
