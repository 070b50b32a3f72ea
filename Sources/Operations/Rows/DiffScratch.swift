import FoundationEssentials

/// Where sorted keys go that memory has no room for, when there is no database to put them beside.
enum DiffScratch {
  /// A path in `TMPDIR`, or in `/var/tmp`, which is a disk where `/tmp` may be memory.
  static var path: String {
    let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    return (folder.isEmpty ? "/var/tmp" : folder) + "/receipt-keys"
  }
}
