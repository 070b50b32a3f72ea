import CReceiptCurl
import Glibc
import Synchronization

/// The thread that drives all exchanges of a client over one multi handle.
///
/// It alone touches libcurl and the state here; callers leave commands in a locked queue and wake it.
@safe
final class TransferLoop: @unchecked Sendable {  // Sendable: one thread.
  enum Command: Sendable {
    case start(Transfer)
    case cancel(Transfer)
    case stop
  }

  private let multi: UnsafeMutableRawPointer
  private let options: HTTPOptions
  private let queue = Mutex<[Command]>([])
  /// The exchanges on their way, by their handles' addresses.
  private var active: [UInt: (handle: EasyHandle, transfer: Transfer)] = [:]
  private var idle: [EasyHandle] = []
  /// What waits for a connection, from `waitingStart` on; libcurl would count the wait as the time
  /// that connecting takes.
  private var waiting: [Transfer] = []
  private var waitingStart = 0
  private var pace: Pace
  private var isStopping = false

  private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

  /// Makes the thread.
  ///
  /// - Throws: ``HTTPError`` if the system gives no thread or no memory.
  static func start(_ options: HTTPOptions) throws(HTTPError) -> TransferLoop {
    guard isReady, let multi = unsafe curl_multi_init() else {
      throw HTTPError(.other, "libcurl does not start")
    }
    let loop = unsafe TransferLoop(multi: multi, options)
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { unsafe _ = pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let argument = unsafe Unmanaged.passRetained(loop).toOpaque()
    let code = unsafe pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<TransferLoop>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, argument)
    guard code == 0 else {
      unsafe Unmanaged<TransferLoop>.fromOpaque(argument).release()
      throw HTTPError(.other, "the system gives no further thread (errno \(code))")
    }
    return loop
  }

  private init(multi: UnsafeMutableRawPointer, _ options: HTTPOptions) {
    unsafe self.multi = multi
    self.options = options
    let count = options.connectionCount
    pace = Pace(limit: count)
    unsafe receipt_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, count)
    unsafe receipt_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, count)
  }

  deinit {
    idle = []
    unsafe _ = curl_multi_cleanup(multi)
  }

  /// Leaves a command for the thread; from any thread.
  func submit(_ command: Command) {
    let isFirst = queue.withLock { queue in
      queue.append(command)
      return queue.count == 1
    }
    if isFirst { unsafe _ = curl_multi_wakeup(multi) }
  }

  // MARK: The thread

  private func run() {
    while true {
      let commands = queue.withLock { queue in
        let commands = queue
        queue.removeAll(keepingCapacity: true)
        return commands
      }
      for command in commands { apply(command) }
      startWaiting()
      if isStopping, active.isEmpty { return }
      var running: Int32 = 0
      unsafe curl_multi_perform(multi, &running)
      finishEnded()
      if waitingStart < waiting.count, active.count < pace.exchangeCount { continue }
      if queue.withLock({ $0.isEmpty }) { unsafe _ = curl_multi_poll(multi, nil, 0, 1_000, nil) }
    }
  }

  private func apply(_ command: Command) {
    switch command {
    case .start(let transfer): waiting.append(transfer)
    case .cancel(let transfer):
      for entry in active.values where entry.transfer === transfer {
        unsafe end(entry.handle.pointer)
        transfer.finish(.failure(HTTPError(.cancelled, "the exchange was cancelled")))
        return
      }
      for index in waiting.indices.dropFirst(waitingStart) where waiting[index] === transfer {
        waiting.remove(at: index)
        transfer.finish(.failure(HTTPError(.cancelled, "the exchange was cancelled")))
        return
      }
    case .stop: isStopping = true
    }
  }

  private func startWaiting() {
    while waitingStart < waiting.count, active.count < pace.exchangeCount {
      let transfer = waiting[waitingStart]
      waitingStart += 1
      start(transfer)
    }
    if waitingStart == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      waitingStart = 0
    }
  }

  private func start(_ transfer: Transfer) {
    if transfer.isCancelled.load(ordering: .relaxed) {
      transfer.finish(.failure(HTTPError(.cancelled, "the exchange was cancelled")))
      return
    }
    guard let handle = idle.popLast() ?? EasyHandle() else {
      transfer.finish(.failure(HTTPError(.other, "libcurl has no memory")))
      return
    }
    do throws(HTTPError) {
      try handle.prepare(transfer, options)
    } catch {
      transfer.finish(.failure(error))
      return
    }
    unsafe active[UInt(bitPattern: handle.pointer)] = (handle, transfer)
    unsafe curl_multi_add_handle(multi, handle.pointer)
  }

  private func finishEnded() {
    var left: Int32 = 0
    while let message = unsafe curl_multi_info_read(multi, &left) {
      guard unsafe message.pointee.msg == CURLMSG_DONE,
        let pointer = unsafe message.pointee.easy_handle
      else { continue }
      // The message is gone once the handle is removed.
      let code = unsafe message.pointee.data.result
      guard let (handle, transfer) = unsafe end(pointer) else { continue }
      if code == CURLE_OK {
        if transfer.request.setsPace, transfer.response.isSuccess, let time = handle.answerTime {
          pace.learn(time)
        }
        transfer.finish(.success(transfer.response))
      } else {
        transfer.finish(.failure(transfer.refusal ?? handle.error(code)))
      }
    }
  }

  @discardableResult
  private func end(
    _ pointer: UnsafeMutableRawPointer
  ) -> (handle: EasyHandle, transfer: Transfer)? {
    guard let entry = active.removeValue(forKey: UInt(bitPattern: pointer)) else { return nil }
    unsafe curl_multi_remove_handle(multi, pointer)
    if idle.count < options.connectionCount { idle.append(entry.handle) }
    return entry
  }
}
