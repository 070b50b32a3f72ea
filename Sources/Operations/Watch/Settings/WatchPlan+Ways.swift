import Dump

extension WatchPlan {
  /// Refuses ways in by which no event could come: they would look as if all were well.
  ///
  /// - Parameter reader: the settings of the process.
  /// - Throws: ``OperationError`` with `usage`.
  func checkWays(_ reader: SettingReader) throws {
    for entry in entries where entry.queueURL != nil && !entry.isInBucket {
      throw OperationError(
        .usage, "cannot use a queue for \(entry.location): events are about objects of a bucket",
        hint: "a directory tells of its receipt by itself; leave out --queue")
    }
    let senders: [WatchSetting] = [.topics, .webhookTokenFile, .webhookToken]
    guard let setting = senders.first(where: { reader.text($0) != nil }) else { return }
    if listening == nil {
      throw reader.fault(setting, "nothing listens for events; --listen says where")
    }
    if !entries.contains(where: \.isInBucket) {
      throw reader.fault(
        setting, "events are about objects of a bucket, and no watch is of one (s3://...)")
    }
  }
}

extension WatchPlan.Entry {
  /// Whether the location is a bucket's, which events are about.
  var isInBucket: Bool { location.hasPrefix("s3://") }
}

extension WatchPlan.Listening {
  /// Whether anybody may send events; without that there are only probes, numbers and the page.
  var takesEvents: Bool { token != nil || !topics.isEmpty }
}
