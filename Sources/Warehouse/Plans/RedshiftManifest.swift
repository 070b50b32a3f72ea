import Dump

/// The manifest of a table: the files that COPY must load, those and no others.
///
/// For Parquet every entry needs its size; without `mandatory` a missing file would be passed over.
///
/// <https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html>
struct RedshiftManifest {
  private let draft: PlanDraft

  init(_ draft: PlanDraft) { self.draft = draft }

  /// Where the manifest of a table lies.
  ///
  /// - Throws: ``WarehouseError`` with code `configuration` if that is not given, or lies where it
  ///   would be taken for a part of a dump.
  func url(of table: String) throws(WarehouseError) -> String {
    guard var prefix = draft.options.manifestPrefix, prefix.hasPrefix("s3://") else {
      throw WarehouseError(
        .configuration, "cannot plan a COPY: its manifests need a place in S3",
        hint: "name it with --manifest-prefix s3://bucket/prefix, outside of the dumps")
    }
    while prefix.hasSuffix("/") { prefix.removeLast() }
    for table in draft.tables {
      for file in table.source.files.prefix(1) {
        let folder = file.url.prefix(upTo: file.url.lastIndex(of: "/") ?? file.url.endIndex)
        if (prefix + "/").hasPrefix(folder + "/") {
          throw WarehouseError(
            .configuration, "cannot put manifests below \(prefix): the files of a table are there",
            hint: "name a prefix outside of the dumps with --manifest-prefix")
        }
      }
    }
    // Neither colons nor anything else that tools spell differently.
    let label = draft.timestamp.description.filter(\.isNumber)
    let safe = String(
      table.unicodeScalars.map { scalar -> Character in
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
          ? Character(scalar) : "_"
      })
    let position = draft.tables.firstIndex { $0.source.name == table } ?? 0
    return "\(prefix)/\(label)/\(position + 1)-\(safe).manifest"
  }

  /// The document.
  static func text(_ files: [SourceFile]) -> String {
    let entries = files.map { file in
      #"    {"url": \#(quoted(file.url)), "mandatory": true, "#
        + #""meta": {"content_length": \#(file.byteCount)}}"#
    }
    return "{\n  \"entries\": [\n" + entries.joined(separator: ",\n") + "\n  ]\n}\n"
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": out += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
