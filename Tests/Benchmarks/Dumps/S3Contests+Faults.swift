import FoundationEssentials

extension S3Contests {
  /// What the proxy does to requests, by a word that stands in the names of contestants.
  private static let harms = [
    ("as it is", "[]"),
    ("50 ms added", #"[{"times": -1, "action": {"type": "delay", "ms": 50}}]"#),
    (
      "2% failing",
      #"[{"times": -1, "share": 0.01, "action": {"type": "status", "status": 503}}, "#
        + #"{"times": -1, "share": 0.01, "action": {"type": "reset"}}]"#
    ),
  ]

  /// Reads the dump by way of a proxy that adds latency or lets requests fail; the ratios are to the
  /// same proxy without either, whose own time is part of each.
  func runFaults(_ proxy: String) throws {
    guard let colon = proxy.lastIndex(of: ":"),
      let port = Int(proxy[proxy.index(after: colon)...])
    else { return }
    let control = "\(proxy[..<colon]):\(port + 1)/rules"
    for contest in [footers(by: proxy), load(by: proxy)] {
      try contest.run(rounds: repetitions) { contestant in
        try? FileManager.default.removeItem(atPath: scratch)
        try FileManager.default.createDirectory(
          atPath: scratch, withIntermediateDirectories: true)
        for (word, rules) in S3Contests.harms where contestant.name.hasSuffix(word) {
          _ = try MeasuredProcess.run(["curl", "-sf", "-X", "POST", control, "-d", rules])
        }
      }
    }
    _ = try MeasuredProcess.run(["curl", "-sf", "-X", "POST", control, "-d", "[]"])
  }

  private func footers(by proxy: String) -> Contest {
    Contest(
      title: "all footers, by way of a proxy",
      contestants: ["receipt verify", "DuckDB httpfs"].flatMap { name in
        S3Contests.harms.map { word, _ in
          let arguments =
            name == "receipt verify"
            ? [folder + "/receipt", "verify", "s3://\(bucket)/dump", "-q"]
            : peer(name, "footers", "duckdb").arguments
          return .init(
            name: "\(name), \(word)",
            arguments: ["/usr/bin/env", "AWS_ENDPOINT_URL=\(proxy)"] + arguments)
        }
      })
  }

  private func load(by proxy: String) -> Contest {
    Contest(
      title: "load into SQLite, by way of a proxy",
      contestants: S3Contests.harms.map { word, _ in
        .init(
          name: "receipt load, \(word)",
          arguments: [
            "/usr/bin/env", "AWS_ENDPOINT_URL=\(proxy)", folder + "/receipt", "load",
            "s3://\(bucket)/dump", "--into", "\(scratch)/loaded.sqlite", "-q",
          ])
      })
  }
}
