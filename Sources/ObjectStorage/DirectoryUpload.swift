/// A file of a ``DirectoryStore`` that is being written and has no name yet.
actor DirectoryUpload: ObjectUpload {
  /// The file; `nil` once it is in its place or given up.
  private var file: StagedFile?
  private let name: String
  private let path: String
  private let condition: PutOptions.Condition

  /// Makes the folders and the file.
  init(_ key: FileKey, in root: String, options: PutOptions) throws(StorageError) {
    var folder = try FolderDescriptor(path: root)
    for name in key.names.dropLast() {
      guard let next = try folder.folder(name, creates: true) else { continue }
      folder = next
    }
    name = key.names.last ?? ""
    path = folder.path + "/" + name
    condition = options.condition
    file = try StagedFile(path, named: name, in: folder, mode: 0o666)
  }

  func append(_ bytes: [UInt8]) async throws { try file?.write(bytes) }

  func finish() async throws -> EntityTag {
    guard let file else { throw StorageError(.cancelled, path, "it was given up") }
    let tag = try file.sync()
    try place(file)
    try file.folder.sync()
    self.file = nil
    return tag
  }

  /// Gives the file its name, if the condition holds.
  private func place(_ file: StagedFile) throws(StorageError) {
    switch condition {
    case .none: try file.replace()
    case .absent:
      guard try file.link() else {
        throw StorageError.conflict(path, condition, there: try file.folder.tag(of: name))
      }
    case .matches:
      // Comparing and moving are two steps, so that writers of this program take turns.
      let turn = try FolderDescriptor(path: file.folder.path)
      try turn.lock()
      let there = try file.folder.tag(of: name)
      guard condition.holds(for: there) else {
        throw StorageError.conflict(path, condition, there: there)
      }
      try file.replace()
    }
  }

  func abort() async { file = nil }
}
