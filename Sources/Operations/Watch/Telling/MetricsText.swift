// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

import Dump

/// The numbers of a watch as Prometheus reads them.
struct MetricsText {
  /// The media type of the text.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private var text = ""

  /// The text of all numbers.
  ///
  /// - Parameters:
  ///   - metrics: the numbers.
  ///   - snapshots: what the state files of the watches say.
  ///   - version: the tool's.
  /// - Returns: the text.
  static func text(
    _ metrics: WatchMetrics, _ snapshots: [WatchSnapshot], version: String
  ) -> String {
    var out = MetricsText()
    let values = metrics.values
    out.family("build_info", .gauge, "The version of the tool.")
    out.sample("build_info", [("version", version)], 1)
    out.family("start_timestamp_seconds", .gauge, "When the watch began.")
    out.sample("start_timestamp_seconds", [], seconds(metrics.start))
    out.gauges(
      "last_success_timestamp_seconds", "When a dump came into the target last.", values
    ) { $0.lastSuccessAt.map(seconds) }
    out.gauges("dump_timestamp_seconds", "The newest dump that was seen.", values) {
      $0.newest.map(seconds)
    }
    out.gauges("loaded_dump_timestamp_seconds", "The latest dump in the target.", values) {
      $0.loaded.map(seconds)
    }
    out.gauges("reached_timestamp_seconds", "When the location answered last.", values) {
      $0.reachedAt.map(seconds)
    }
    out.gauges("queue_reachable", "Whether the queue with the events answers.", values) {
      $0.isQueueReachable.map { $0 ? 1 : 0 }
    }
    out.gauges("load_in_progress", "Whether a dump is being loaded.", values) {
      $0.isLoading ? 1 : 0
    }
    out.gauges("load_duration_seconds", "How long the last load took.", values) {
      $0.lastDelivery?.seconds
    }
    out.gauges("load_bytes", "The bytes of Parquet of the last load.", values) {
      $0.lastDelivery.map { Double($0.bytes) }
    }
    out.gauges("delivery_overdue", "Whether a dump that was expected is missing.", values) {
      $0.nextDelivery == nil ? nil : $0.overdue == nil ? 0 : 1
    }
    out.gauges("next_delivery_timestamp_seconds", "When the next dump is expected.", values) {
      $0.nextDelivery.map(seconds)
    }
    out.family("load_rows", .gauge, "The rows of each table in the last load.")
    for value in values {
      for table in value.lastDelivery?.tables ?? [] {
        guard let rows = table.rows else { continue }
        out.sample("load_rows", labels(value) + [("table", table.name)], Double(rows))
      }
    }
    out.family("decisions_total", .counter, "What was decided about receipts that were seen.")
    for value in values {
      for (decision, count) in value.decisions.sorted(by: { $0.key < $1.key }) {
        out.sample("decisions_total", labels(value) + [("decision", decision)], Double(count))
      }
    }
    out.family("events_total", .counter, "Events that came, by way and kind.")
    let events = metrics.events.sorted {
      ($0.key.way, $0.key.kind.rawValue) < ($1.key.way, $1.key.kind.rawValue)
    }
    for (source, count) in events {
      out.sample(
        "events_total", [("way", source.way), ("kind", source.kind.rawValue)], Double(count))
    }
    out.family("quarantined_dumps", .gauge, "Dumps that are kept out.")
    out.sample(
      "quarantined_dumps", [], Double(snapshots.reduce(0) { $0 + $1.quarantined.count }))
    out.family("pending_events", .gauge, "Events that were acknowledged and are not done.")
    out.sample("pending_events", [], Double(snapshots.reduce(0) { $0 + $1.pending }))
    out.family("peak_memory_bytes", .gauge, "The largest amount of memory that the process had.")
    out.sample("peak_memory_bytes", [], Double(peakMemoryByteCount))
    return out.text
  }

  private enum Kind: String {
    case gauge
    case counter
  }

  private static func seconds(_ time: Timestamp) -> Double {
    Double(time.secondsSinceEpoch) + Double(time.nanoseconds) * 1e-9
  }

  private static func labels(_ values: WatchMetrics.Values) -> [(String, String)] {
    [("location", values.location), ("target", values.target)]
  }

  private mutating func gauges(
    _ name: String, _ help: String, _ values: [WatchMetrics.Values],
    _ number: (WatchMetrics.Values) -> Double?
  ) {
    family(name, .gauge, help)
    for value in values {
      if let number = number(value) { sample(name, MetricsText.labels(value), number) }
    }
  }

  private mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP receipt_\(name) \(help)\n# TYPE receipt_\(name) \(kind.rawValue)\n"
  }

  private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
    let list = labels.map { "\($0.0)=\"\(MetricsText.escaped($0.1))\"" }.joined(separator: ",")
    let whole = value.rounded() == value && value.magnitude < 1e15
    text +=
      "receipt_\(name)" + (list.isEmpty ? "" : "{\(list)}")
      + " \(whole ? String(Int64(value)) : String(value))\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
