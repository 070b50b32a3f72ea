import AWS
import CurlHTTP
import Foundation
import ObjectStorage
import TestSupport
import Testing

/// Events that another maker's server posts by itself: Ceph's gateway.
@Suite(.enabled(if: Peer.rgw.url != nil)) struct WatchPushTests {
  /// Has a bucket's events posted to a URL.
  private func connect(_ bucket: String, to url: String) async throws {
    let form = [
      "Action=CreateTopic", "Name=topic-\(bucket)", "Attributes.entry.1.key=push-endpoint",
      "Attributes.entry.1.value="
        + (url.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""),
    ].joined(separator: "&")
    // It takes passwords over HTTPS only, or from a proxy that says so.
    try await Peer.rgw.send(
      ServiceRequest(
        method: "POST",
        headers: [
          "Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-Proto": "https",
        ], body: Array(form.utf8)[...]), service: "sns")
    let document =
      "<NotificationConfiguration><TopicConfiguration><Id>receipt</Id>"
      + "<Topic>arn:aws:sns:default::topic-\(bucket)</Topic><Event>s3:ObjectCreated:*</Event>"
      + "</TopicConfiguration></NotificationConfiguration>"
    try await Peer.rgw.send(
      ServiceRequest(
        method: "PUT", path: "/\(bucket)",
        query: [SigningRequest.QueryItem("notification", "")], body: Array(document.utf8)[...]))
  }

  @Test func `a receipt that is put into Ceph is loaded when its event is posted`() async throws {
    let scratch = try Scratch()
    let bucket = "watch-\(UUID().uuidString.lowercased().prefix(8))"
    try await Peer.rgw.makeBucket(bucket)
    let store = S3Store(
      try S3Location("s3://\(bucket)/sub folder"), try S3Connection(Peer.rgw.options))
    try await store.put(SampleDump.file("a", 0), Array(try SampleDump.fixture("base")))
    try scratch.write("token-1\n", to: "token")
    let daemon = try Daemon(
      [
        "watch", store.description, "--into", "crm.sqlite", "--every", "1h", "--listen",
        "127.0.0.1:0", "--webhook-token-file", "token",
      ], environment: Peer.rgw.environment, in: scratch)
    let address = try daemon.address()
    _ = try daemon.line(with: "no receipt yet")
    try await connect(
      bucket, to: address.replacing("http://", with: "http://receipt:token-1@") + "/events")
    for (count, moment) in [Moment.first, Moment.second].enumerated() {
      try await store.put(
        "receipt.json", Array(SampleDump.receipt(["a": 1], timestamp: moment).utf8))
      let line = try daemon.line(with: " loaded ", count: count + 1)
      #expect(line.contains(moment), "\(line)")
    }
    // A password that is not the token is no way in.
    #expect(
      try HTTP.request(["-u", "receipt:other", "-d", "{}", address + "/events"]).status == 401)
    #expect(
      try HTTP.request(["-u", "receipt:token-1", "-d", "{}", address + "/events"]).status == 200)
    #expect(daemon.end() == 143)
    #expect(try scratch.value("SELECT count(*) FROM receipt_loads") == "2")
  }
}
