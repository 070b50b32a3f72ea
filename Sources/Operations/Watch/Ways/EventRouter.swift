import Dump
import Logging
import ObjectStorage

/// Finds the watches that a message is for, counts it, and keeps what is not understood.
struct EventRouter: Sendable {
  /// A watch and what its events are about.
  struct Route: Sendable {
    let intake: Intake
    /// The bucket; `nil` for a directory, which no event is about.
    let bucket: String?
    /// The key of its receipt in the bucket.
    let key: String
  }

  let routes: [Route]
  let metrics: WatchMetrics
  let logger: Logger

  init(_ intakes: [Intake], metrics: WatchMetrics, logger: Logger) {
    routes = intakes.map { intake in
      let location = (intake.store as? S3Store)?.location
      return Route(
        intake: intake, bucket: location?.bucket,
        key: (location?.prefix ?? "") + DumpListing.receiptKey)
    }
    self.metrics = metrics
    self.logger = logger
  }

  /// The watches that are to look at their receipts.
  ///
  /// - Parameters:
  ///   - message: the message.
  ///   - body: its bytes, kept if they are not understood.
  ///   - way: how it came.
  /// - Returns: each watch once; none if the message does not matter.
  /// - Throws: ``OperationError`` if what is not understood cannot be kept: then it is to come again.
  func intakes(
    for message: EventMessage, body: [UInt8], way: String
  ) async throws -> [Intake] {
    try await intakes(for: message.contents, body: body, way: way)
  }

  func intakes(
    for contents: [EventMessage.Content], body: [UInt8], way: String
  ) async throws -> [Intake] {
    var found: [Int] = []
    for content in contents {
      var kind: EventKind
      switch content {
      case .test: kind = .test
      case .tick:
        kind = .tick
        found += routes.indices.filter { !found.contains($0) }
      case .unknown(let reason):
        kind = .unknown
        try await keep(body, way: way, reason: reason)
      case .event(let event):
        let matches = routes.indices.filter { index in
          routes[index].bucket.map { event.isAbout(bucket: $0, key: routes[index].key) } ?? false
        }
        kind = matches.isEmpty ? .otherKey : event.kind == .created ? .receipt : .otherChange
        if kind == .receipt { found += matches.filter { !found.contains($0) } }
        if kind == .otherKey {
          logger.debug(
            "an event about another object", metadata: ["way": "\(way)", "key": "\(event.key)"])
        }
      }
      metrics.count(kind, from: way)
      await routes.first?.intake.state.count(kind)
    }
    return found.map { routes[$0].intake }
  }

  private func keep(_ body: [UInt8], way: String, reason: String) async throws {
    do {
      try await routes.first?.intake.state.keep(body, source: way, reason: reason)
    } catch {
      throw OperationError(error)
    }
    logger.warning(
      "a message is not understood, it is kept: \(reason)", metadata: ["way": "\(way)"])
  }
}
