/// What is directly below a prefix.
public struct FolderListing: Sendable, Hashable {
  /// The objects whose keys have no delimiter behind the prefix.
  public var objects: [ObjectSummary]
  /// What the keys of the others begin with, up to the first delimiter behind the prefix, with it.
  public var folders: [String]

  /// A listing from its parts.
  public init(objects: [ObjectSummary] = [], folders: [String] = []) {
    self.objects = objects
    self.folders = folders
  }

  /// A listing from all that is below a prefix, in the order of the keys' bytes.
  init(_ all: [ObjectSummary], below prefix: String, delimiter: String) {
    self.init()
    let end = prefix.utf8.count
    let delimiter = Array(delimiter.utf8)
    for object in all {
      let rest = object.key.utf8.dropFirst(end)
      guard let found = rest.firstRange(of: delimiter) else {
        objects.append(object)
        continue
      }
      let folder = String(Substring(object.key.utf8[..<found.upperBound]))
      if folders.last != folder { folders.append(folder) }
    }
  }
}
