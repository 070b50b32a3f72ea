import ArgumentParser
import Operations

struct MirrorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mirror",
    abstract: "Copy a dump into a directory; go on where the last copy ended.",
    usage: "receipt mirror <location> <directory> [<options>]",
    discussion: """
      Copies the files that the receipt promises, and receipt.json last. What is there already in \
      the version that is wanted is not copied again. Files of other dumps stay. Whole objects are \
      held against the checksums that S3 keeps.

      With --portable-names a colon in a name becomes %3A, and so on with what some file systems do \
      not take; the directory is marked, and every command reads it as if it had the names of the \
      dump.

      EXAMPLES
        1. receipt mirror s3://bucket/exports local/
        2. receipt mirror s3://bucket/exports /mnt/share/dump --portable-names
        3. receipt mirror s3://bucket/exports local/ && receipt load local/ --into crm.sqlite

      EXIT STATUS
        0   the directory holds the dump
        20  the dump is incomplete; nothing was copied
        21  an object is damaged
        30  access denied
        31  a passing fault, or another dump came meanwhile; run it again
        64  the command line is wrong
        1   anything else, such as a full disk; run it again
      """.laidOut)

  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String

  @Argument(help: "The directory to copy into.")
  var directory: String

  @Flag(help: "Encode what some file systems do not take in names, such as colons.")
  var portableNames = false

  @OptionGroup var earlier: DumpOption

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let progress = Progress()
    var mirror = Mirror(progress: progress)
    mirror.usesPortableNames = portableNames
    let report = try await output.display.showing(progress) { [mirror] in
      try await mirror.run(earlier.of(Location.store(location, s3.options)), into: directory)
    }
    if output.json {
      try JSONOutput.print(report)
    } else {
      try StandardOutput.print(
        """
        dump \(report.timestamp) is in \(report.directory): \
        \(Wording.count(report.files, "file")), \(Wording.bytes(report.bytes)); copied \
        \(Wording.count(report.copiedFiles, "file")), \(Wording.bytes(report.copiedBytes)) in \
        \(Wording.duration(report.seconds))
        """)
      try TrafficText.print(report.traffic)
    }
  }
}
