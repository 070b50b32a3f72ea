import AWS
package import ObjectStorage

extension Peer {
  /// Makes a bucket keep versions.
  package func enableVersioning(_ bucket: String) async throws {
    let text = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    try await send(
      ServiceRequest(
        method: "PUT", path: "/\(bucket)", query: [.init("versioning")],
        body: Array(text.utf8)[...]))
  }

  /// Begins an upload in parts that nobody finishes.
  package func beginUpload(of key: String, in store: S3Store) async throws {
    try await send(
      ServiceRequest(
        method: "POST", path: "/\(store.location.bucket)/\(store.location.prefix)\(key)",
        query: [.init("uploads")], body: []))
  }

  /// Gives a bucket lifecycle rules, as XML.
  package func setLifecycle(of bucket: String, _ rules: String) async throws {
    let text = "<LifecycleConfiguration>\(rules)</LifecycleConfiguration>"
    try await send(
      ServiceRequest(
        method: "PUT", path: "/\(bucket)", query: [.init("lifecycle")],
        body: Array(text.utf8)[...]))
  }
}
