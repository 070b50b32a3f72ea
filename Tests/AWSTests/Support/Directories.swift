import Foundation

/// A directory that is gone afterwards.
func withDirectory(_ body: (URL) async throws -> Void) async throws {
  let url = FileManager.default.temporaryDirectory.appending(path: "AWSTests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  try await body(url)
}
