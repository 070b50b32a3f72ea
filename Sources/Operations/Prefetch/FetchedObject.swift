import ObjectStorage

/// An object of which parts are in memory; what is not is read from its store.
final class FetchedObject: ObjectReader {
  /// A part of the object.
  struct Piece: Sendable {
    let offset: Int64
    let bytes: [UInt8]
    var end: Int64 { offset + Int64(bytes.count) }
  }

  private let object: any ObjectReader
  private let pieces: [Piece]
  private let release: @Sendable () -> Void

  /// An object with its pieces in order.
  ///
  /// - Parameters:
  ///   - object: the object in its store.
  ///   - pieces: what is in memory.
  ///   - release: called when the memory is not needed any more.
  init(
    _ object: any ObjectReader, pieces: [Piece], release: @escaping @Sendable () -> Void
  ) {
    self.object = object
    self.pieces = pieces
    self.release = release
  }

  deinit { release() }

  var byteCount: Int64 { object.byteCount }

  func read(at offset: Int64, into destination: inout MutableRawSpan) throws {
    let end = offset + Int64(destination.byteCount)
    guard covers(offset..<end) else { return try object.read(at: offset, into: &destination) }
    for piece in pieces where piece.offset < end && piece.end > offset {
      let from = max(offset, piece.offset)
      let to = min(end, piece.end)
      let part = piece.bytes[Int(from - piece.offset)..<Int(to - piece.offset)]
      destination.fill(from: part, at: Int(from - offset))
    }
  }

  /// All of the object, if it is in memory in one piece.
  var whole: [UInt8]? {
    guard let piece = pieces.first, piece.offset == 0, piece.end == byteCount else { return nil }
    return piece.bytes
  }

  private func covers(_ range: Range<Int64>) -> Bool {
    var next = range.lowerBound
    for piece in pieces where piece.offset <= next && piece.end > next { next = piece.end }
    return next >= range.upperBound
  }
}
