import Dump
import ObjectStorage

/// The file in which the rules stand that were there before.
enum UndoFile {
  static let rootName = "LifecycleConfiguration"
  static let minimumName = "TransitionDefaultMinimumObjectSize"

  /// Writes the rules of a bucket, synced, into a file that is not there yet.
  ///
  /// - Throws: `StorageError`.
  static func write(_ setting: LifecycleSetting, to path: String) throws {
    try write(text(setting), to: path)
  }

  /// Writes a text, synced, into a file that is not there yet.
  ///
  /// - Throws: `StorageError`.
  static func write(_ text: String, to path: String) throws {
    let file = try StagedFile(for: path)
    try file.write(Array(text.utf8))
    try file.publish(replacing: false)
  }

  /// The rules of a bucket as `receipt lifecycle --restore` reads them.
  static func text(_ setting: LifecycleSetting) -> String {
    var text = LifecycleFormat.xml.text(setting.rules.map(LifecycleRule.init), bucket: "")
    if let minimum = setting.transitionMinimum {
      text = text.replacing(
        "</\(rootName)>", with: "  <\(minimumName)>\(minimum)</\(minimumName)>\n</\(rootName)>")
    }
    return text
  }
}
