import AWS

/// How the names in keys become names of files.
///
/// Dumps have colons in their labels (`2026-11-20T04:03`), which Windows and some network shares do
/// not take. A directory with a file ``markerName`` in it has portable names: these characters, the
/// percent sign and control characters stand as `%XX`, so that every key can be told from its name.
enum FileNames: Sendable, Hashable {
  /// As the keys are.
  case plain
  /// Without what some file systems do not take.
  case portable

  /// The file that says that a directory has portable names.
  static let markerName = ".receipt-names"
  /// What the file holds.
  static let markerText = "percent-encoded\n"

  private static let encoded = Set(":<>\"|?*\\%".utf8)

  /// The path of a key.
  func path(ofKey key: String) -> String {
    switch self {
    case .plain: return key
    case .portable:
      var path: [UInt8] = []
      for byte in key.utf8 {
        if byte < 0x20 || FileNames.encoded.contains(byte) {
          let digits = String(byte, radix: 16, uppercase: true)
          path += Array("%\(digits.count == 1 ? "0" : "")\(digits)".utf8)
        } else {
          path.append(byte)
        }
      }
      return String(decoding: path, as: UTF8.self)
    }
  }

  /// The key of a path; a path that no key has is its own key.
  func key(ofPath path: String) -> String {
    switch self {
    case .plain: return path
    case .portable:
      guard let key = PercentEncoding.decode(path), self.path(ofKey: key) == path else {
        return path
      }
      return key
    }
  }
}
