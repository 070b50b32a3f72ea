import ArgumentParser

/// The flags about output, alike in every command.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  var display: ProgressDisplay { ProgressDisplay(isQuiet: quiet) }
}
