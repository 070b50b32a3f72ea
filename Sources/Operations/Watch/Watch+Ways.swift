import AWS
import CurlHTTP
import Dump
import HTTPServing
import Logging
import ObjectStorage

extension Watch {
  // MARK: Ways in

  func directoryChanges() -> [DirectoryChanges] {
    intakes.compactMap { intake in
      guard let store = intake.store as? DirectoryStore, let wakeup = wakeups[intake.name] else {
        return nil
      }
      return DirectoryChanges(of: store.locationPath, name: DumpListing.receiptKey) {
        wakeup.wake()
      }
    }
  }

  func makeServer() throws -> HTTPServer? {
    guard let listening = plan.listening else { return nil }
    do {
      var options = HTTPOptions()
      options.connectionCount = 4
      let endpoint = EventEndpoint(
        listening: listening,
        router: EventRouter(intakes, metrics: metrics, logger: logger),
        verifier: TopicVerifier(endpoint: listening.snsEndpoint, http: try HTTPClient(options)),
        wake: { [wakeups] intake in wakeups[intake.name]?.wake() }, telling: telling)
      let server = try HTTPServer(listeningOn: listening.address) { await endpoint.answer($0) }
      logger.notice("listening", metadata: ["address": "\(server.address)"])
      if !listening.takesEvents, plan.entries.contains(where: \.isInBucket) {
        logger.notice(
          "no event is taken here: neither topics nor a token say who may send some")
      }
      return server
    } catch {
      throw OperationError(error)
    }
  }

  /// One for each queue; the watches of a queue share it.
  func makeConsumers() throws -> [QueueConsumer] {
    var consumers: [QueueConsumer] = []
    var done: Set<String> = []
    for entry in plan.entries {
      guard let url = entry.queueURL, done.insert(url).inserted else { continue }
      let names = plan.entries.filter { $0.queueURL == url }.map(\.name)
      let shared = intakes.filter { names.contains($0.name) }
      do {
        let connection = try S3Connection(entry.s3)
        let queue = try SimpleQueueService(
          url, connection.settings, region: entry.s3.region, credentials: connection.credentials,
          connections: connection.connections)
        consumers.append(
          QueueConsumer(
            queue: queue,
            router: EventRouter(shared, metrics: metrics, logger: logger),
            health: QueueHealth(of: shared, metrics: metrics, alerts: alerts), pulse: pulse,
            logger: logger,
            // The answer may come as late as the connection is patient.
            waitSeconds: max(1, min(20, entry.s3.stallSeconds - 5))))
      } catch let error as AWSError {
        throw OperationError(.usage, error.reason, hint: error.hint)
      } catch {
        throw OperationError(error)
      }
    }
    return consumers
  }
}
