extension StorageError {
  /// Throws if another version is there than the one wanted.
  static func check(
    _ there: EntityTag, is wanted: EntityTag?, _ place: String
  ) throws(StorageError) {
    guard let wanted, wanted != there else { return }
    throw objectChanged(place)
  }

  /// The object is not the one any more that was listed or opened.
  static func objectChanged(_ place: String) -> StorageError {
    StorageError(
      .changed, place, "cannot read \(place): the object was replaced since it was listed",
      hint: "a new dump may just be written there; try again once it is complete")
  }

  /// The range to read; throws if the object does not have it or it is longer than wanted.
  static func check(
    _ range: Range<Int64>?, of byteCount: Int64, limit: Int, _ place: String
  ) throws(StorageError) -> Range<Int64> {
    let range = range ?? 0..<byteCount
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw StorageError(
        .changed, place,
        "cannot read \(place): bytes up to \(range.upperBound) are wanted but it has \(byteCount)",
        hint: "the object was replaced since it was listed")
    }
    guard range.count <= limit else {
      throw StorageError(
        .system, place,
        "cannot read \(place): it has \(range.count) bytes, more than the \(limit) expected")
    }
    return range
  }

  /// The condition of a write does not hold.
  static func conflict(
    _ place: String, _ condition: PutOptions.Condition, there: EntityTag?
  ) -> StorageError {
    let reason =
      switch condition {
      case .matches where there == nil: "the object that was read is not there any more"
      case .matches, .none: "somebody else has written it since it was read"
      case .absent: "there is one already"
      }
    return StorageError(
      .conflict, place, "cannot write \(place): \(reason)",
      hint: "read it again and decide anew")
  }
}

extension PutOptions.Condition {
  /// Whether the object that is there, if any, is one that may be replaced.
  func holds(for tag: EntityTag?) -> Bool {
    switch self {
    case .none: true
    case .absent: tag == nil
    case .matches(let wanted): tag == wanted
    }
  }
}

extension MutableRawSpan {
  /// Copies the first bytes of a slice, as many as there is room for.
  ///
  /// - Precondition: the slice has so many.
  mutating func fill(from bytes: ArraySlice<UInt8>) {
    precondition(bytes.count >= byteCount)
    let count = byteCount
    unsafe withUnsafeMutableBytes { destination in
      unsafe bytes.prefix(count).withUnsafeBytes { unsafe destination.copyMemory(from: $0) }
    }
  }
}
