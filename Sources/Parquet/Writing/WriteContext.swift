/// What a thread keeps from one column chunk and file to the next: codec contexts and buffers.
public final class WriteContext {
  let compressor = Compressor()
  /// A page before compression.
  var page = Buffer<UInt8>(capacity: 64 << 10)
  /// A page behind compression.
  var compressed = Buffer<UInt8>(capacity: 64 << 10)
  /// The row group so far.
  var output = OutputBytes()
  var thrift = CompactProtocolWriter()
  /// Values as views, for encodings that need to look at them.
  var views = Buffer<ByteView>()
  var byteArrays = ByteArrayEncoder()
  /// For each entry of a dictionary the page that used it last, to find those of one page.
  var marks = Buffer<UInt32>()
  /// The values of a page without repetitions.
  var distinct = Buffer<UInt8>()
  var bloomFilter = BloomFilter()

  /// A context for one thread.
  public init() {}
}

/// The bytes that a writer returns, collected where they will stay.
struct OutputBytes {
  private var bytes: [UInt8] = []

  var count: Int { bytes.count }

  mutating func append(_ view: ByteView) { bytes.append(copying: view) }

  mutating func append(_ text: StaticString) { append(text.view) }

  /// Hands the bytes over, and is empty then, with room for as many.
  mutating func take() -> [UInt8] {
    let taken = bytes
    bytes = []
    bytes.reserveCapacity(taken.count)
    return taken
  }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
