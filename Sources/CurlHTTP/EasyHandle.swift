import CReceiptCurl

/// libcurl's handle of one exchange; used again for the next, with what it knows of connections.
@safe
final class EasyHandle {
  let pointer: UnsafeMutableRawPointer
  /// The text of the last failure: libcurl writes it here.
  private let message: UnsafeMutablePointer<CChar>
  private var headerList: UnsafeMutablePointer<curl_slist>?

  init?() {
    guard let pointer = unsafe curl_easy_init() else { return nil }
    unsafe self.pointer = pointer
    unsafe message = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    unsafe curl_easy_cleanup(pointer)
    unsafe curl_slist_free_all(headerList)
    unsafe message.deallocate()
  }

  /// Prepares an exchange.
  ///
  /// The transfer must live until the exchange has ended.
  ///
  /// - Throws: ``HTTPError`` with kind `url` if libcurl refuses the URL.
  func prepare(_ transfer: Transfer, _ options: HTTPOptions) throws(HTTPError) {
    let request = transfer.request
    unsafe curl_easy_reset(pointer)
    unsafe message[0] = 0
    try set(CURLOPT_URL, request.url)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_USERAGENT, options.userAgent)
    if let file = options.certificateFile { try set(CURLOPT_CAINFO, file) }
    if request.acceptsCompression { try set(CURLOPT_ACCEPT_ENCODING, "gzip") }
    if request.avoidsProxies { try set(CURLOPT_NOPROXY, "*") }
    if request.isSentOnce { set(CURLOPT_FRESH_CONNECT, 1) }
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_PATH_AS_IS, 1)
    set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    set(CURLOPT_BUFFERSIZE, 256 << 10)
    set(CURLOPT_UPLOAD_BUFFERSIZE, 256 << 10)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.milliseconds)
    set(CURLOPT_LOW_SPEED_LIMIT, 1)
    set(CURLOPT_LOW_SPEED_TIME, max(1, (options.stallTimeout.milliseconds + 999) / 1_000))
    if let timeout = request.timeout { set(CURLOPT_TIMEOUT_MS, max(1, timeout.milliseconds)) }
    unsafe receipt_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, message)
    setMethod(request)
    setHeaders(request)
    setCallbacks(transfer)
  }

  private func setMethod(_ request: HTTPRequest) {
    if let body = request.body {
      set(CURLOPT_UPLOAD, 1)
      unsafe receipt_curl_set_offset(pointer, CURLOPT_INFILESIZE_LARGE, curl_off_t(body.count))
    } else if request.method == "HEAD" {
      set(CURLOPT_NOBODY, 1)
    }
    unsafe receipt_curl_set_string(pointer, CURLOPT_CUSTOMREQUEST, request.method)
  }

  private func setHeaders(_ request: HTTPRequest) {
    unsafe curl_slist_free_all(headerList)
    unsafe headerList = nil
    // libcurl's own additions are taken out: waiting for 100 Continue costs a second where a
    // server does not know it, and a type would have to be signed.
    var lines = ["Expect:", "Content-Type:", "Accept:"]
    for field in request.headers.fields where field.name.lowercased() != "host" {
      if field.name.lowercased() == "content-type" { lines.removeAll { $0 == "Content-Type:" } }
      if field.name.lowercased() == "accept" { lines.removeAll { $0 == "Accept:" } }
      // A semicolon is how libcurl wants a field without a value.
      lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    for line in lines { unsafe headerList = curl_slist_append(headerList, line) }
    unsafe receipt_curl_set_pointer(pointer, CURLOPT_HTTPHEADER, headerList)
  }

  private func setCallbacks(_ transfer: Transfer) {
    let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
    unsafe receipt_curl_set_pointer(pointer, CURLOPT_PRIVATE, context)
    unsafe receipt_curl_set_pointer(pointer, CURLOPT_HEADERDATA, context)
    unsafe receipt_curl_set_write(pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let context = unsafe context else { return 0 }
      let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
      return unsafe transfer.receiveHeader(line) ? size * count : 0
    }
    unsafe receipt_curl_set_pointer(pointer, CURLOPT_WRITEDATA, context)
    unsafe receipt_curl_set_write(pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let context = unsafe context else { return 0 }
      let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      let body = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
      return unsafe transfer.receiveBody(body) ? size * count : 0
    }
    guard transfer.request.body != nil else { return }
    unsafe receipt_curl_set_pointer(pointer, CURLOPT_READDATA, context)
    unsafe receipt_curl_set_write(pointer, CURLOPT_READFUNCTION) { bytes, size, count, context in
      guard let context = unsafe context else { return 0 }
      let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return unsafe transfer.send(
        into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }
    unsafe receipt_curl_set_pointer(pointer, CURLOPT_SEEKDATA, context)
    unsafe receipt_curl_set_seek(pointer) { context, offset, origin in
      guard let context = unsafe context, origin == 0 else { return CURL_SEEKFUNC_CANTSEEK }
      let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.seek(to: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
    }
  }

  /// The time from the request's departure to the first byte of the answer, after the exchange.
  var answerTime: Duration? {
    var sent: curl_off_t = 0
    var answered: curl_off_t = 0
    guard unsafe receipt_curl_get_offset(pointer, CURLINFO_PRETRANSFER_TIME_T, &sent) == CURLE_OK,
      unsafe receipt_curl_get_offset(pointer, CURLINFO_STARTTRANSFER_TIME_T, &answered) == CURLE_OK,
      answered > sent
    else { return nil }
    return .microseconds(answered - sent)
  }

  // MARK: Options

  private func set(_ option: CURLoption, _ value: Int) {
    // Only options that this version of libcurl does not know can fail, and they are for speed.
    unsafe _ = receipt_curl_set_long(pointer, option, value)
  }

  private func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
    let code = unsafe receipt_curl_set_string(pointer, option, value)
    guard code == CURLE_OK else { throw error(code) }
  }

  // MARK: Failures

  /// The one place where libcurl's code becomes an error.
  func error(_ code: CURLcode) -> HTTPError {
    let text = unsafe String(
      cString: message[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(message))
    return HTTPError(EasyHandle.kind(code), text)
  }

  private static func kind(_ code: CURLcode) -> HTTPError.Kind {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
    case CURLE_COULDNT_CONNECT, CURLE_PROXY: .connect
    case CURLE_OPERATION_TIMEDOUT: .timeout
    case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      .reset
    case CURLE_PARTIAL_FILE: .shortBody
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: .malformed
    case CURLE_URL_MALFORMAT: .url
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_NOTFOUND,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_SHUTDOWN_FAILED:
      .tls
    default: .other
    }
  }
}

extension Duration {
  fileprivate var milliseconds: Int {
    Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}
