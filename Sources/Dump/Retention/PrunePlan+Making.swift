extension PrunePlan.Decision {
  init(
    _ dump: DumpInventory.Dump, _ action: PrunePlan.Action, _ reasons: [PrunePlan.Reason],
    age: Int64?
  ) {
    let old = dump.versions.filter { !$0.isDeleteMarker }
    self.init(
      label: dump.label, action: action, reasons: reasons, state: dump.state,
      ageSeconds: age ?? 0, tables: dump.tables.count, files: dump.fileCount,
      objectCount: dump.objects.count, bytes: dump.byteCount, oldVersions: old.count,
      oldVersionBytes: old.lazy.map(\.byteCount).total(),
      deleteMarkers: dump.versions.count - old.count, isAhead: dump.isAhead,
      fingerprint: dump.fingerprint, objects: action == .remove ? dump.deletionOrder : [],
      needsMark: action == .remove && dump.needsMark)
  }
}

extension DumpInventory.Dump {
  /// A number that is another one when an object comes, goes or changes.
  var fingerprint: String {
    var print = Fingerprint()
    for object in objects {
      print.add(object.key)
      print.add(String(object.byteCount))
      print.add(object.tag ?? "")
    }
    return print.text
  }

  /// Whether its numbers of files, too high as they are, could become right while it is deleted.
  ///
  /// Then a mark, ``DumpKeys/pruning(of:)``, says that it is not whole before the first file goes.
  var needsMark: Bool {
    state == .partial && tables.allSatisfy { $0.files >= $0.promisedFiles ?? 0 }
      && tables.contains { $0.files > $0.promisedFiles ?? .max }
  }

  /// The objects in the order in which they are deleted: the first file of every table, the manifest,
  /// the rest, and the mark.
  ///
  /// So the first request leaves no table whole and no list of files behind: whoever finds a dump
  /// that is half deleted sees by its counts that it is not one, whatever table is looked at.
  var deletionOrder: [ListedObject] {
    var tables: Set<Substring> = []
    let manifest = DumpKeys.manifest(of: label)
    let first = Set(
      objects.indices.filter { index in
        let key = objects[index].key
        if key == manifest { return true }
        guard key.hasSuffix(".parquet"), let slash = key.lastIndex(of: "/") else { return false }
        return tables.insert(key[..<slash]).inserted
      })
    let mark = DumpKeys.pruning(of: label)
    let rest = objects.indices.filter { !first.contains($0) }.map { objects[$0] }
    return first.sorted().map { objects[$0] } + rest.filter { $0.key != mark }
      + rest.filter { $0.key == mark }
  }
}

extension PrunePlan {
  /// The bytes of all that is deleted, versions that stay behind included.
  var removedByteCount: Int64 {
    removals.lazy.map { $0.bytes + (removesVersions ? $0.oldVersionBytes : 0) }.total()
  }

  /// The same plan with refusals.
  func refusing(_ refusals: [Refusal]) -> PrunePlan {
    PrunePlan(
      location: location, madeAt: madeAt, receipt: receipt, receiptFingerprint: receiptFingerprint,
      newestComplete: newestComplete, policy: policy, removesVersions: removesVersions,
      keepsVersions: keepsVersions, decisions: decisions, uploads: uploads, pins: pins,
      refusals: refusals, warnings: warnings)
  }
}
