extension ValueRange {
  /// Where a writer's statistics contradict the values, one sentence each.
  ///
  /// Bounds need not be values of the column unless the writer says that they are exact: a long
  /// text's bound may be cut off. A bound that a value lies beyond is wrong in any case. The
  /// deprecated fields count only for types whose order is the signed one that they were written
  /// in.
  ///
  /// - Parameters:
  ///   - statistics: what the writer says; `nil` contradicts nothing.
  ///   - hasColumnOrders: whether the footer defines the order of the newer fields.
  /// - Returns: the sentences; none if all is well.
  public func contradictions(of statistics: Statistics?, hasColumnOrders: Bool) -> [String] {
    guard let statistics else { return [] }
    var sentences: [String] = []
    // Writers differ on what counts as a null inside of lists.
    if let claimed = statistics.nullCount, column.maximumRepetitionLevel == 0,
      claimed != nullCount
    {
      sentences.append(
        "the statistics say \(grouped(claimed)) nulls but the values have \(grouped(nullCount))")
    }
    guard let order else { return sentences }
    let usesNew = hasColumnOrders && (statistics.minimum != nil || statistics.maximum != nil)
    guard usesNew || order.isSigned else { return sentences }
    let minimum = usesNew ? statistics.minimum : statistics.deprecatedMinimum
    let maximum = usesNew ? statistics.maximum : statistics.deprecatedMaximum
    let lower = contradiction(
      "minimum", minimum, isExact: usesNew && statistics.isMinimumExact == true, isLower: true)
    let upper = contradiction(
      "maximum", maximum, isExact: usesNew && statistics.isMaximumExact == true, isLower: false)
    return sentences + [lower, upper].compactMap { $0 }
  }

  private func contradiction(
    _ name: String, _ bytes: [UInt8]?, isExact: Bool, isLower: Bool
  ) -> String? {
    guard let bytes, let order else { return nil }
    let bound = ByteBuffer(count: 0)
    bound.append(bytes)
    if let width = column.boundByteCount, bytes.count != width {
      return "the statistics' \(name) has \(bytes.count) bytes but the type \(width)"
    }
    switch order {
    case .signed(let bitWidth):
      let claim =
        column.physicalType == .int32
        ? Int64(bound.view.load(Int32.self, at: 0)) : bound.view.load(Int64.self, at: 0)
      let shift = Int64(64 - bitWidth)
      return judge(name, (claim << shift) >> shift, numbers, isExact, isLower)
    case .unsigned(let bitWidth):
      let claim =
        column.physicalType == .int32
        ? UInt64(bound.view.load(UInt32.self, at: 0)) : bound.view.load(UInt64.self, at: 0)
      return judge(name, claim & (.max >> UInt64(64 - bitWidth)), unsignedNumbers, isExact, isLower)
    case .boolean:
      return judge(name, Int64(bound.view[0] & 1), numbers, isExact, isLower)
    case .float:
      return judge(
        name, Double(Float(bitPattern: bound.view.load(UInt32.self, at: 0))), floats, isExact,
        isLower)
    case .double:
      return judge(
        name, Double(bitPattern: bound.view.load(UInt64.self, at: 0)), floats, isExact, isLower)
    case .float16:
      return judge(name, bound.view.float16, floats, isExact, isLower)
    case .bytes: return judgeBytes(name, bound.view, isExact, isLower) { $0.precedes($1) }
    case .signedBytes:
      return judgeBytes(name, bound.view, isExact, isLower) { $0.precedesSigned($1) }
    }
  }

  private func judge<T: Comparable>(
    _ name: String, _ claim: T, _ range: ClosedRange<T>?, _ isExact: Bool, _ isLower: Bool
  ) -> String? {
    // A bound that is NaN bounds nothing.
    guard let range, claim == claim else { return nil }
    let actual = isLower ? range.lowerBound : range.upperBound
    let isBeyond = isLower ? actual < claim : actual > claim
    guard isBeyond || (isExact && actual != claim) else { return nil }
    return "the statistics say a \(name) of \(claim) but the values have \(actual)"
  }

  private func judgeBytes(
    _ name: String, _ claim: ByteView, _ isExact: Bool, _ isLower: Bool,
    _ precedes: (ByteView, ByteView) -> Bool
  ) -> String? {
    guard let actual = (isLower ? smallestBytes : largestBytes)?.view else { return nil }
    let isBeyond = isLower ? precedes(actual, claim) : precedes(claim, actual)
    let isEqual = !precedes(actual, claim) && !precedes(claim, actual)
    guard isBeyond || (isExact && !isEqual) else { return nil }
    return "the statistics' \(name) is not that of the values"
  }
}

extension LeafColumn {
  /// The bytes of a bound in statistics; `nil` where they vary.
  fileprivate var boundByteCount: Int? {
    switch physicalType {
    case .boolean: 1
    case .int32, .float: 4
    case .int64, .double: 8
    case .int96: 12
    case .fixedLengthByteArray: valueKind == .float16 ? 2 : nil
    case .byteArray: nil
    }
  }
}
