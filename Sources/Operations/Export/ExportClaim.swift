import Dump
import FoundationEssentials
import ObjectStorage

/// The right to write one dump's folder: its `manifest.json`, which only one exporter can make.
///
/// A label is a minute, so that two exporters may begin the same folder at once: each would write
/// over the other's files, and who loses the race for the receipt would take them back. So the place
/// of the manifest is taken first, with a note of who writes; the manifest itself comes in its place
/// when all files are there. Where a server knows no conditions on writing, the second exporter is
/// noticed by the first one's files only.
struct ExportClaim {
  private let key: String
  private let store: any ObjectStore

  private struct Note: Encodable {
    let id: UUID
    let timestamp: Timestamp
    let exportingSince: Timestamp

    private enum CodingKeys: String, CodingKey {
      case id, timestamp
      case exportingSince = "exporting_since"
    }
  }

  private init(_ label: DumpLabel, in store: any ObjectStore) {
    key = DumpKeys.manifest(of: label)
    self.store = store
  }

  /// Takes it.
  ///
  /// - Throws: ``OperationError`` if somebody else is writing or has written the dump;
  ///   `StorageError`.
  static func take(_ plan: ExportPlan, in store: any ObjectStore) async throws {
    let claim = ExportClaim(plan.label, in: store)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let note = Note(id: UUID(), timestamp: plan.timestamp, exportingSince: .now)
    try await claim.put(Array(try encoder.encode(note)), plan.label)
    // Looked at again: another one may have ended since the first look.
    do {
      let others = try await store.list(prefix: DumpKeys.folder(of: plan.label))
      guard others.allSatisfy({ $0.key == claim.key }) else {
        throw alreadyThere(plan.label, in: store)
      }
    } catch {
      throw await claim.release(after: error)
    }
  }

  private func put(_ note: [UInt8], _ label: DumpLabel) async throws {
    do {
      try await store.put(
        key, note, options: PutOptions(condition: .absent, contentType: "application/json"))
    } catch {
      // An answer may be lost on its way when the note is there already.
      let isOurs = (try? await store.get(key, limit: 1 << 16)) == note
      if (error as? StorageError)?.code != .conflict {
        throw isOurs ? await release(after: error) : error
      }
      if isOurs { return }
      throw OperationError(
        .transient,
        "cannot export to \(store.description): another exporter is writing dump \(label)",
        hint: "wait a minute, or give another --timestamp; if nobody is, delete \(key)")
    }
  }

  /// Gives it back.
  ///
  /// - Returns: the error that led to it, with a word of what is left if that does not work.
  private func release(after error: any Error) async -> any Error {
    // A task of its own: this one may have been cancelled.
    let removal = Task { [store, key] in try await store.delete(key) }
    do {
      try await removal.value
      return error
    } catch let second {
      var cause = OperationError(error)
      cause.hint =
        (cause.hint.map { $0 + "; " } ?? "")
        + "\(key) could not be removed (\(OperationError(second).message)): delete it before the next "
        + "export to this minute"
      return cause
    }
  }

  /// What is said of a label that a dump has already.
  static func alreadyThere(_ label: DumpLabel, in store: any ObjectStore) -> OperationError {
    OperationError(
      .failed, "cannot export to \(store.description): there is a dump \(label) already",
      hint: "wait a minute, or give another --timestamp")
  }
}
