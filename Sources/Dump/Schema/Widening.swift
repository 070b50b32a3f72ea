/// How one column description relates to a later one of the same column.
enum Widening: Int {
  case same
  /// Every value of the old one is a value of the new one, and reads the same.
  case widened
  /// Every value of the new one is a value of the old one, and reads the same; not the reverse.
  case narrowed
  /// Neither.
  case changed

  static func between(_ old: Column, _ new: Column) -> Widening {
    if old.listDepth != new.listDepth { return .changed }
    let type = between(old.type, new.type)
    switch (old.isNullable, new.isNullable) {
    case (true, true), (false, false): return type
    case (false, true): return type == .same ? .widened : type
    // NULLs no longer fit, however wide the type is now.
    case (true, false): return type == .changed ? .changed : .narrowed
    }
  }

  static func between(_ old: ColumnType, _ new: ColumnType) -> Widening {
    if old == new { return .same }
    if holds(new, all: old) { return .widened }
    if holds(old, all: new) { return .narrowed }
    return .changed
  }

  /// Whether every value of one type is a value of a wider one and has the same text there.
  ///
  /// Units of time and scales of decimals do not count: `1.5` would become `1.50`. Integers do not
  /// go into floating point, and text does not go into JSON.
  private static func holds(_ wide: ColumnType, all narrow: ColumnType) -> Bool {
    if narrow == .null { return true }
    if let from = integer(narrow), let to = integer(wide) {
      return from.isSigned == to.isSigned
        ? to.bitWidth > from.bitWidth : to.isSigned && to.bitWidth > from.bitWidth
    }
    switch (narrow, wide) {
    case (.float16, .float), (.float16, .double), (.float, .double): return true
    case (.decimal(let from, let fromScale), .decimal(let to, let toScale)):
      return fromScale == toScale && to > from
    case (.enumeration, .string), (.fixed, .binary): return true
    default: return false
    }
  }

  private static func integer(_ type: ColumnType) -> (bitWidth: Int, isSigned: Bool)? {
    switch type {
    case .int8: (8, true)
    case .int16: (16, true)
    case .int32: (32, true)
    case .int64: (64, true)
    case .uint8: (8, false)
    case .uint16: (16, false)
    case .uint32: (32, false)
    case .uint64: (64, false)
    default: nil
    }
  }
}
