import AWS
import CurlHTTP

extension S3Store {
  /// Pages beyond this many have keys of something else than dumps: ten million objects.
  static let pageLimit = 10_000

  /// All objects whose key begins with a prefix, in the order of their keys' bytes.
  public func list(prefix: String) async throws -> [ObjectSummary] {
    try await pages(prefix: prefix, delimiter: nil).objects
  }

  /// What is directly below a prefix: the server puts together what is in one folder.
  public func list(prefix: String, delimiter: String) async throws -> FolderListing {
    try await pages(prefix: prefix, delimiter: delimiter)
  }

  private func pages(prefix: String, delimiter: String?) async throws -> FolderListing {
    var listing = FolderListing()
    var token: String?
    for _ in 0..<S3Store.pageLimit {
      let page = try await explaining(.list, prefix) { [token] () async throws(AWSError) in
        try await self.page(prefix: prefix, delimiter: delimiter, token: token)
      }
      listing.objects += page.objects
      listing.folders += page.folders
      guard let next = page.next else {
        listing.objects = S3Store.sorted(listing.objects)
        listing.folders.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return listing
      }
      token = next
    }
    throw StorageError(
      .system, place(prefix),
      "cannot list \(place(prefix)): it has more than \(listing.objects.count) objects",
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
    var folders: [String] = []
    var next: String?
  }

  private func page(
    prefix: String, delimiter: String?, token: String?
  ) async throws(AWSError) -> Page {
    var request = ServiceRequest(
      method: "GET", path: "/",
      query: [
        .init("list-type", "2"), .init("encoding-type", "url"),
        .init("prefix", location.prefix + prefix),
      ])
    request.mayFailWithSuccess = true
    if let delimiter { request.query.append(.init("delimiter", delimiter)) }
    if let token { request.query.append(.init("continuation-token", token)) }
    let document = try S3Store.document(try await bucket.send(request).response.body)
    var page = Page()
    let isEncoded = document.text("EncodingType") == "url"
    for element in document.all("Contents") {
      guard let key = key(element.text("Key"), isEncoded),
        let size = element.text("Size").flatMap({ Int64($0) }), size >= 0
      else { throw AWSError(.malformed, "the listing has an object without a usable key or size") }
      page.objects.append(
        ObjectSummary(
          key: key, byteCount: size, tag: element.text("ETag").map { EntityTag(header: $0) },
          modifiedAt: S3Store.seconds(element.text("LastModified"))))
    }
    for element in document.all("CommonPrefixes") {
      guard let folder = key(element.text("Prefix"), isEncoded) else {
        throw AWSError(.malformed, "the listing has a folder without a usable name")
      }
      page.folders.append(folder)
    }
    if document.text("IsTruncated") == "true" {
      guard let next = document.text("NextContinuationToken"), next != token else {
        throw AWSError(.malformed, "the listing goes on but does not say where")
      }
      page.next = next
    }
    return page
  }

  /// A key of a listing, behind the location's prefix; it may be percent-encoded, with a plus for a
  /// space.
  private func key(_ text: String?, _ isEncoded: Bool) -> String? {
    guard let text,
      let key = isEncoded ? S3Store.decoded(text) : text,
      key.utf8.starts(with: location.prefix.utf8)
    else { return nil }
    return String(Substring(key.utf8.dropFirst(location.prefix.utf8.count)))
  }

  /// A key of a listing: percent-encoded, with a plus for a space.
  static func decoded(_ text: String) -> String? {
    PercentEncoding.decode(text.replacing("+", with: " "))
  }

  /// A moment of a listing, in seconds since 1970.
  static func seconds(_ text: String?) -> Int64? {
    text.flatMap { WallTime(iso8601: $0)?.secondsSinceEpoch }
  }

  static func document(_ bytes: [UInt8]) throws(AWSError) -> XMLElement {
    do throws(XMLError) {
      return try XMLElement.parse(bytes)
    } catch {
      throw AWSError(.malformed, "the answer is not understood: \(error.reason)")
    }
  }
}
