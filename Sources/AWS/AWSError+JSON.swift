import CurlHTTP
import FoundationEssentials

/// What a service that speaks JSON says of a request that it refuses.
///
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
struct JSONFault {
  /// The kind of the error, such as `ValidationException`.
  let code: String
  /// Why.
  let message: String?

  private struct Body: Decodable {
    let type: String?
    let message: String?
    let capitalMessage: String?

    enum CodingKeys: String, CodingKey {
      case message
      case type = "__type"
      case capitalMessage = "Message"
    }
  }

  /// The fault in an answer; `nil` if it is none in JSON.
  init?(_ response: HTTPResponse) {
    let header = response.headers["x-amzn-ErrorType"]
    guard header != nil || response.headers["Content-Type"]?.contains("json") == true else {
      return nil
    }
    let body = try? JSONDecoder().decode(Body.self, from: Data(response.body))
    guard let name = body?.type ?? header else { return nil }
    // `aws.protocoltests#FooError:http://…`: the namespace and the link do not count.
    let plain = name.split(separator: ":").first.map(String.init) ?? name
    code = plain.split(separator: "#").last.map(String.init) ?? plain
    message = body?.message ?? body?.capitalMessage
  }
}
