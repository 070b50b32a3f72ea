import AWS
import CurlHTTP
import Synchronization

/// One bucket: where it is, in which region, and how requests for it look.
final class S3Bucket: Sendable {
  let name: String
  let connection: S3Connection
  /// The region as far as it is known.
  private let region: Mutex<String?>

  init(_ name: String, _ connection: S3Connection) {
    self.name = name
    self.connection = connection
    region = Mutex(connection.region)
  }

  /// Where requests go without the region being known: every region answers there, if only with
  /// the name of the right one.
  private static let firstRegion = "us-east-1"

  /// Sends a request for the bucket or an object in it, to the region that the bucket is in.
  ///
  /// - Parameter request: the request; its path is the key with a slash before it, or `/`.
  /// - Returns: the answer.
  /// - Throws: ``AWSError``.
  func send(_ request: ServiceRequest) async throws(AWSError) -> ServiceClient.Answer {
    var redirections = 0
    while true {
      let region = self.region.withLock { $0 } ?? S3Bucket.firstRegion
      do throws(AWSError) {
        return try await connection.client.send(
          addressed(request), to: endpoint(region), region: region)
      } catch {
        redirections += 1
        guard redirections <= 2, error.code == .wrongRegion || error.status == 400,
          let right = try await rightRegion(error), right != region
        else { throw error }
        self.region.withLock { $0 = right }
      }
    }
  }

  /// The region that an answer names; a redirection that names none leads to a question for it.
  private func rightRegion(_ error: AWSError) async throws(AWSError) -> String? {
    if let region = error.region { return region }
    guard error.code == .wrongRegion else { return nil }
    do throws(AWSError) {
      let answer = try await connection.client.send(
        addressed(ServiceRequest(method: "HEAD", path: "/")),
        to: endpoint(S3Bucket.firstRegion), region: S3Bucket.firstRegion)
      return answer.response.headers["x-amz-bucket-region"]
    } catch {
      return error.region
    }
  }

  // MARK: Addresses

  private func addressed(_ request: ServiceRequest) -> ServiceRequest {
    guard isInPath else { return request }
    var request = request
    request.path = "/" + name + request.path
    return request
  }

  private func endpoint(_ region: String) -> Endpoint {
    var endpoint = connection.endpoint ?? Endpoint(service: "s3", region: region)
    if !isInPath { endpoint.authority = "\(name).\(endpoint.authority)" }
    return endpoint
  }

  /// Whether the name stands in the path: in a host it needs to be one of a host, and a dot in it
  /// does not match the certificate.
  private var isInPath: Bool {
    if connection.usesPathStyle { return true }
    return name.wholeMatch(of: /[a-z0-9][a-z0-9\-]{1,61}[a-z0-9]/) == nil
  }
}
