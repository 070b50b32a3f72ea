import ObjectStorage

/// What went over the network, as a line.
enum TrafficText {
  /// Prints `S3: 349 requests, 1 retry, 285 MB received`; nothing for a directory.
  static func print(_ traffic: StorageTraffic?) throws {
    guard let traffic else { return }
    let retries =
      traffic.retries == 1 ? "1 retry" : "\(Wording.grouped(traffic.retries)) retries"
    try StandardOutput.print(
      "S3: \(Wording.count(traffic.requests, "request")), \(retries), "
        + "\(Wording.bytes(traffic.bytesReceived)) received")
  }
}
