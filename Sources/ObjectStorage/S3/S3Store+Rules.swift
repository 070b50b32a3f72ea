import AWS
import CurlHTTP

/// An element of a bucket's settings as S3 writes them, so that what is not understood is kept.
public struct SettingElement: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The text directly in it.
  public var text: String
  /// The elements directly in it, in order.
  public var children: [SettingElement]

  /// An element from its parts.
  public init(_ name: String, text: String = "", children: [SettingElement] = []) {
    self.name = name
    self.text = text
    self.children = children
  }

  init(_ element: XMLElement) {
    self.init(element.name, text: element.text, children: element.children.map(SettingElement.init))
  }

  /// An element from a text of XML.
  ///
  /// - Throws: ``StorageError`` with code `system` if it is none.
  public init(parsing text: String, file: String) throws(StorageError) {
    do throws(XMLError) {
      self.init(try XMLElement.parse(Array(text.utf8)))
    } catch {
      throw StorageError(.system, file, "cannot read \(file): it is no XML: \(error.reason)")
    }
  }

  var xml: String {
    "<\(name)>" + (children.isEmpty ? XMLElement.escaped(text) : children.map(\.xml).joined())
      + "</\(name)>"
  }
}

/// The lifecycle rules of a bucket.
public struct LifecycleSetting: Sendable, Hashable {
  /// The elements named `Rule`.
  public var rules: [SettingElement]
  /// Which objects are too small for transitions; S3 forgets it if it is not sent along.
  public var transitionMinimum: String?

  /// A setting from its parts.
  public init(rules: [SettingElement], transitionMinimum: String? = nil) {
    self.rules = rules
    self.transitionMinimum = transitionMinimum
  }
}

extension S3Store {
  private static let minimumHeader = "x-amz-transition-default-minimum-object-size"

  /// The lifecycle rules of the whole bucket; none if there are none.
  ///
  /// - Throws: ``StorageError``.
  public func lifecycle() async throws -> LifecycleSetting {
    try await explaining(.getRules, "") { () async throws(AWSError) in
      do throws(AWSError) {
        let response = try await bucket.send(
          ServiceRequest(method: "GET", path: "/", query: [.init("lifecycle")])
        ).response
        return LifecycleSetting(
          rules: try S3Store.document(response.body).all("Rule").map(SettingElement.init),
          transitionMinimum: response.headers[S3Store.minimumHeader])
      } catch  where error.serviceCode == "NoSuchLifecycleConfiguration" {
        return LifecycleSetting(rules: [])
      }
    }
  }

  /// Replaces all lifecycle rules of the bucket; without rules they are removed.
  ///
  /// - Throws: ``StorageError``.
  public func replaceLifecycle(_ setting: LifecycleSetting) async throws {
    var request = ServiceRequest(
      method: setting.rules.isEmpty ? "DELETE" : "PUT", path: "/", query: [.init("lifecycle")])
    if !setting.rules.isEmpty {
      let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
      let rules = setting.rules.map(\.xml).joined()
      let body = Array(
        "<LifecycleConfiguration xmlns=\"\(namespace)\">\(rules)</LifecycleConfiguration>".utf8)
      request.headers["Content-Type"] = "application/xml"
      request.body = body[...]
      request.addChecksums(of: body)
      request.headers[S3Store.minimumHeader] = setting.transitionMinimum
    }
    try await explaining(.putRules, "") { [request] () async throws(AWSError) in
      _ = try await bucket.send(request)
    }
  }
}
