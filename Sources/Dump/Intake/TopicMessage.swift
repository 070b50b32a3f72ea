// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html

/// A message that SNS posts to an HTTP endpoint, with what its signature is about.
package struct TopicMessage: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case notification = "Notification"
    case subscriptionConfirmation = "SubscriptionConfirmation"
    case unsubscribeConfirmation = "UnsubscribeConfirmation"
  }

  package let kind: Kind
  package let id: String
  package let topicARN: String
  /// What was published.
  package let message: String
  /// What confirms a subscription when it is asked for.
  package let subscribeURL: String?
  /// `1` for SHA-1, `2` for SHA-256.
  package let signatureVersion: String
  /// In Base64.
  package let signature: String
  package let certificateURL: String
  /// The text that was signed.
  package let signedText: String

  /// Reads a message.
  ///
  /// - Returns: `nil` if it is none, or lacks a field that is signed.
  package init?(_ value: JSONValue) {
    guard let kind = value["Type"]?.text.flatMap({ Kind(rawValue: $0) }),
      let id = value["MessageId"]?.text, let topicARN = value["TopicArn"]?.text,
      let message = value["Message"]?.text,
      let signatureVersion = value["SignatureVersion"]?.text,
      let signature = value["Signature"]?.text,
      let certificateURL = (value["SigningCertURL"] ?? value["SigningCertUrl"])?.text
    else { return nil }
    // In the order of their bytes, each with its value on a line of its own.
    let names =
      kind == .notification
      ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
      : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    var signedText = ""
    for name in names {
      guard let text = value[name]?.text else {
        // Only the subject may be missing.
        if name == "Subject" { continue }
        return nil
      }
      signedText += "\(name)\n\(text)\n"
    }
    self.kind = kind
    self.id = id
    self.topicARN = topicARN
    self.message = message
    subscribeURL = value["SubscribeURL"]?.text
    self.signatureVersion = signatureVersion
    self.signature = signature
    self.certificateURL = certificateURL
    self.signedText = signedText
  }

  /// Whether a URL leads to SNS itself: `https://sns.REGION.amazonaws.com`, in China with `.cn`.
  ///
  /// Anybody can post a message that names a server of theirs.
  ///
  /// - Parameters:
  ///   - url: the URL.
  ///   - endpoint: another server that speaks SNS, such as `http://127.0.0.1:4566`.
  /// - Returns: whether it may be asked.
  package static func isOfService(_ url: String, endpoint: String? = nil) -> Bool {
    if let endpoint, url.hasPrefix(endpoint + "/") { return true }
    return url.wholeMatch(
      of: /https:\/\/sns\.[a-z0-9\-]{1,32}\.amazonaws\.com(\.cn)?\/[!-~&&[^#@\\]]*/) != nil
  }

  /// Whether a URL is one of a certificate of SNS.
  package static func isOfCertificate(_ url: String, endpoint: String? = nil) -> Bool {
    isOfService(url, endpoint: endpoint)
      && url.contains(/\/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem$/)
  }
}
