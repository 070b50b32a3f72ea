import CReceiptExpat

extension XMLElement {
  /// How deeply elements may lie in each other; S3 needs five.
  private static let depthLimit = 32

  /// Parses a document with expat.
  ///
  /// A document type is refused: none of the services sends one, and entities can make a short
  /// document long.
  ///
  /// - Returns: the root element.
  /// - Throws: ``XMLError``.
  package static func parse(_ bytes: [UInt8]) throws(XMLError) -> XMLElement {
    guard let parser = unsafe XML_ParserCreate("UTF-8") else {
      throw XMLError(reason: "there is no memory to parse it")
    }
    defer { unsafe XML_ParserFree(parser) }
    let tree = TreeBuilder(depthLimit: depthLimit)
    // The builder lives until the parser has ended.
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(tree).toOpaque())
    unsafe XML_SetElementHandler(
      parser,
      { context, name, _ in
        guard let tree = unsafe TreeBuilder.of(context), let name = unsafe name else { return }
        unsafe tree.begin(String(cString: name))
      },
      { context, _ in unsafe TreeBuilder.of(context)?.end() })
    unsafe XML_SetCharacterDataHandler(parser) { context, text, count in
      let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Int(count))
      unsafe TreeBuilder.of(context)?.append(String(decoding: bytes, as: UTF8.self))
    }
    unsafe XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
      unsafe TreeBuilder.of(context)?.refusal = "it has a document type"
    }
    let status = unsafe bytes.withUnsafeBytes { bytes in
      unsafe XML_Parse(
        parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), 1)
    }
    if let refusal = tree.refusal { throw XMLError(reason: refusal) }
    guard status == XML_STATUS_OK, let root = tree.root else {
      let text = unsafe String(cString: XML_ErrorString(XML_GetErrorCode(parser)))
      throw XMLError(reason: "line \(unsafe XML_GetCurrentLineNumber(parser)): \(text)")
    }
    return root
  }
}

/// Puts elements into each other as they begin and end.
private final class TreeBuilder {
  private let depthLimit: Int
  private var open: [XMLElement] = []
  private(set) var root: XMLElement?
  /// Why the document is not taken; what comes after is ignored.
  var refusal: String?

  init(depthLimit: Int) { self.depthLimit = depthLimit }

  static func of(_ context: UnsafeMutableRawPointer?) -> TreeBuilder? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<TreeBuilder>.fromOpaque(context).takeUnretainedValue()
  }

  func begin(_ name: String) {
    guard refusal == nil else { return }
    guard open.count < depthLimit else {
      refusal = "its elements lie more than \(depthLimit) deep"
      return
    }
    let local = name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    open.append(XMLElement(local))
  }

  func append(_ text: String) {
    guard refusal == nil, !open.isEmpty else { return }
    open[open.count - 1].text += text
  }

  func end() {
    guard refusal == nil, var element = open.popLast() else { return }
    // Between elements there is only layout.
    if !element.children.isEmpty, element.text.allSatisfy(\.isWhitespace) { element.text = "" }
    if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
  }
}
