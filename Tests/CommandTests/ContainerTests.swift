import Foundation
import TestSupport
import Testing

/// The Dockerfile in the examples has what building and running need: without a daemon of Docker, by
/// the names of its packages.
@Suite struct ContainerTests {
  private static let examples = SampleDump.package.appending(path: "examples")

  /// A stage of the Dockerfile.
  private struct Stage {
    let image: String
    /// What its `apt-get install` names.
    let packages: Set<String>
    /// What it copies from the package's folder.
    let copies: Set<String>
  }

  private static func stages() throws -> [Stage] {
    let text = try String(
      contentsOf: examples.appending(path: "watch/Dockerfile"), encoding: .utf8
    ).replacing("\\\n", with: " ")
    return text.components(separatedBy: "\nFROM ").dropFirst().map { text in
      let lines = text.split(separator: "\n")
      let installed = text.firstMatch(of: /apt-get install ([^&\n]+)/).map { $0.1 } ?? ""
      let copied = lines.filter { $0.hasPrefix("COPY ") && !$0.contains("--from") }
      return Stage(
        image: String(lines[0].prefix { $0 != " " }),
        packages: Set(
          installed.split(separator: " ").map(String.init).filter { !$0.hasPrefix("-") }),
        copies: Set(
          copied.flatMap { $0.split(separator: " ").dropFirst().dropLast() }.map(String.init)))
    }
  }

  @Test func `the stage that builds installs what the build needs, and copies what it pins`() throws
  {
    let needed = try Tool.run(
      "/bin/bash", ["-c", ". \"$0/setup.sh\"; echo \"${BUILD_PACKAGES[@]}\"", Self.examples.path],
      in: Scratch())
    let names = Set(needed.output.split(whereSeparator: \.isWhitespace).map(String.init))
    let build = try #require(try Self.stages().first)
    #expect(names.count > 8, "\(needed)")
    #expect(names.subtracting(build.packages) == [])
    #expect(build.copies == ["Package.swift", "Package.resolved", "Sources", "Tests"])
    for name in build.copies {
      let path = SampleDump.package.appending(path: name).path
      #expect(FileManager.default.fileExists(atPath: path), "\(name)")
    }
  }

  @Test(.enabled(if: Tool.works("grep", "-q", "VERSION_CODENAME=bookworm", "/etc/os-release")))
  func `the stage that runs installs every library that the command names`() throws {
    // Debian's names of packages: they are those of the image if this is the image's Debian.
    let stages = try Self.stages()
    #expect(stages.count == 2 && stages.allSatisfy { $0.image.contains("bookworm") })
    let found = try Tool.run(
      "/bin/bash",
      [
        "-c",
        """
        set -e
        objdump -p "$0" | awk '$1 == "NEEDED" { print $2 }' | while read -r name; do
          case $name in libswift*|libFoundation*|lib_Foundation*|libdispatch*|libBlocksRuntime*) continue ;; esac
          owner=$(dpkg -S "*/$name" | grep -v -e '-dev:' -e dbg -e diversion -e -cross | head -1)
          echo "${owner:-nobody has $name}" | cut -d: -f1
        done | sort -u
        """, Command.path,
      ], in: Scratch())
    #expect(found.status == 0, "\(found.errors)")
    let packages = Set(found.output.split(separator: "\n").map(String.init))
    #expect(packages.isSuperset(of: ["libcurl4", "libexpat1", "libpq5", "libsqlite3-0"]))
    // Those that every Debian has.
    let missing = packages.subtracting(stages[1].packages).subtracting(["libc6", "libgcc-s1"])
    #expect(missing == [], "\(found.output)")
  }
}
