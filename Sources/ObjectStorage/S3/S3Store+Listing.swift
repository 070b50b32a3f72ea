import AWS
import CurlHTTP

extension S3Store {
  /// Pages beyond this many have keys of something else than dumps: ten million objects.
  private static let pageLimit = 10_000

  /// All objects whose key begins with a prefix, in the order of their keys' bytes.
  public func list(prefix: String) async throws -> [ObjectSummary] {
    var objects: [ObjectSummary] = []
    var token: String?
    for _ in 0..<S3Store.pageLimit {
      let page = try await explaining(.list, prefix) { [token] () async throws(AWSError) in
        try await self.page(prefix: prefix, token: token)
      }
      objects += page.objects
      guard let next = page.next else { return S3Store.sorted(objects) }
      token = next
    }
    throw StorageError(
      .system, place(prefix),
      "cannot list \(place(prefix)): it has more than \(objects.count) objects",
      hint: "name a location that holds one receipt")
  }

  /// Some servers list `a/b` before `a-b`.
  private static func sorted(_ objects: [ObjectSummary]) -> [ObjectSummary] {
    let isSorted = zip(objects, objects.dropFirst())
      .allSatisfy { !$1.key.utf8.lexicographicallyPrecedes($0.key.utf8) }
    return isSorted
      ? objects : objects.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  private struct Page {
    var objects: [ObjectSummary] = []
    var next: String?
  }

  private func page(prefix: String, token: String?) async throws(AWSError) -> Page {
    var request = ServiceRequest(
      method: "GET", path: "/",
      query: [
        .init("list-type", "2"), .init("encoding-type", "url"),
        .init("prefix", location.prefix + prefix),
      ])
    request.mayFailWithSuccess = true
    if let token { request.query.append(.init("continuation-token", token)) }
    let document = try S3Store.document(try await bucket.send(request).response.body)
    var page = Page()
    let isEncoded = document.text("EncodingType") == "url"
    for element in document.all("Contents") {
      guard let text = element.text("Key"), let size = element.text("Size").flatMap({ Int64($0) }),
        let key = isEncoded ? S3Store.decoded(text) : text, size >= 0,
        key.utf8.starts(with: location.prefix.utf8)
      else { throw AWSError(.malformed, "the listing has an object without a usable key or size") }
      page.objects.append(
        ObjectSummary(
          key: String(Substring(key.utf8.dropFirst(location.prefix.utf8.count))), byteCount: size,
          tag: element.text("ETag").map { EntityTag(header: $0) }))
    }
    if document.text("IsTruncated") == "true" {
      guard let next = document.text("NextContinuationToken"), next != token else {
        throw AWSError(.malformed, "the listing goes on but does not say where")
      }
      page.next = next
    }
    return page
  }

  /// A key of a listing: percent-encoded, with a plus for a space.
  private static func decoded(_ text: String) -> String? {
    PercentEncoding.decode(text.replacing("+", with: " "))
  }

  static func document(_ bytes: [UInt8]) throws(AWSError) -> XMLElement {
    do throws(XMLError) {
      return try XMLElement.parse(bytes)
    } catch {
      throw AWSError(.malformed, "the answer is not understood: \(error.reason)")
    }
  }
}
