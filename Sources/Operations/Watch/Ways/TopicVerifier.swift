import CurlHTTP
import Dump
import OpenSSLCrypto

/// Verifies that messages come from SNS, and confirms subscriptions.
actor TopicVerifier {
  /// What is known of a message.
  enum Verdict: Sendable, Hashable {
    case genuine
    case forged(String)
    /// The certificate could not be had.
    case unknown(String)
  }

  private let endpoint: String?
  private let http: HTTPClient
  private var keys: [String: CertificateKey] = [:]

  /// SNS has one certificate at a time, and a new one now and then.
  private static let keyLimit = 16

  init(endpoint: String?, http: HTTPClient) {
    self.endpoint = endpoint
    self.http = http
  }

  func verify(_ message: TopicMessage) async -> Verdict {
    let hash: CertificateKey.Hash
    switch message.signatureVersion {
    case "1": hash = .sha1
    case "2": hash = .sha256
    default: return .forged("the signature is of version \(message.signatureVersion.prefix(16))")
    }
    guard TopicMessage.isOfCertificate(message.certificateURL, endpoint: endpoint) else {
      return .forged("the certificate is not one of SNS")
    }
    guard let signature = Digest.bytes(base64: message.signature) else {
      return .forged("the signature is not Base64")
    }
    let key: CertificateKey
    switch await self.key(at: message.certificateURL) {
    case .success(let found): key = found
    case .failure(let failure): return .unknown(failure.reason)
    }
    return key.verifies(signature, of: Array(message.signedText.utf8), hash: hash)
      ? .genuine : .forged("the signature is not the one of the message")
  }

  /// Confirms a subscription whose message was verified.
  func confirm(_ message: TopicMessage) async -> Bool {
    guard let url = message.subscribeURL, TopicMessage.isOfService(url, endpoint: endpoint) else {
      return false
    }
    let response = try? await http.send(HTTPRequest(url: url, timeout: .seconds(8)))
    return response?.isSuccess == true
  }

  private struct Failure: Error { let reason: String }

  private func key(at url: String) async -> Result<CertificateKey, Failure> {
    if let key = keys[url] { return .success(key) }
    do throws(HTTPError) {
      let response = try await http.send(
        HTTPRequest(url: url, bodyLimit: 64 << 10, timeout: .seconds(5)))
      guard response.isSuccess, let key = CertificateKey(pem: response.body) else {
        return .failure(Failure(reason: "the certificate of SNS is not to be had"))
      }
      if keys.count >= TopicVerifier.keyLimit { keys = [:] }
      keys[url] = key
      return .success(key)
    } catch {
      return .failure(Failure(reason: "the certificate of SNS: \(error.message)"))
    }
  }
}
