import Dump
import FoundationEssentials
import ObjectStorage

extension Manifest {
  /// The largest manifest that is read, in bytes: one of a dump with some 500,000 files.
  private static let byteLimit = 128 << 20

  /// The manifest of a dump; `nil` if it has none, or a finding if it is not one.
  ///
  /// - Throws: `StorageError` for anything but that there is none.
  static func of(
    _ receipt: Receipt, in store: any ObjectStore
  ) async throws -> Result<Manifest, ManifestFailure>? {
    let key = DumpKeys.manifest(of: receipt.label)
    let bytes: [UInt8]
    do {
      bytes = try await store.get(key, limit: byteLimit)
    } catch let error as StorageError where error.code == .notFound {
      return nil
    }
    func failure(_ why: String) -> Result<Manifest, ManifestFailure> {
      .failure(
        ManifestFailure(
          finding: Finding(.manifestMalformed, at: Finding.Place(file: key), why)))
    }
    guard let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(bytes)) else {
      return failure("it is not a manifest, so nothing is held against it")
    }
    guard manifest.schemaVersion == Manifest.currentSchemaVersion else {
      return failure("it is of version \(manifest.schemaVersion), which is not known here")
    }
    guard manifest.timestamp == receipt.timestamp else {
      return failure("it is of the dump \(manifest.timestamp), not of \(receipt.timestamp)")
    }
    return .success(manifest)
  }

  /// The document's bytes: JSON, keys sorted, the same for the same manifest.
  func serialized() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return Array(try encoder.encode(self)) + [0x0a]
  }
}

/// Why a manifest is of no use.
struct ManifestFailure: Error {
  let finding: Finding
}
