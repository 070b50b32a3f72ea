/// What changed from one list of columns to a later one.
public struct SchemaDifference: Sendable, Hashable, Codable {
  /// The changes: first those of the old columns in their order, then what was added, then moves.
  public let changes: [Change]

  /// Whether nothing changed.
  public var isEmpty: Bool { changes.isEmpty }

  /// One changed column.
  public struct Change: Sendable, Hashable, Codable {
    /// What happened.
    public let kind: Kind
    /// The column as it was; `nil` if it was added.
    public let old: Column?
    /// The column as it is; `nil` if it was removed.
    public let new: Column?
  }

  /// What can happen to a column.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// It was not there before.
    case added
    /// It is no longer there.
    case removed
    /// Its type holds all old values and more: `int32` → `int64`, `float` → `double`, more decimal
    /// precision at the same scale, `not null` → nullable, `null` → anything.
    case widened
    /// Its type holds only some of the old values: the reverse of widened.
    case narrowed
    /// Its type is another one: neither holds all values of the other in the same text, such as
    /// `string` → `int64`, another unit of time, another scale, one value → list.
    case changed
    /// It stands elsewhere among the columns that both have. Only the fewest columns whose move
    /// explains the new order are named.
    case moved
  }

  /// Compares columns by their paths.
  ///
  /// If a list has one path several times, the first is compared with the first, the second with
  /// the second.
  public init(from old: [Column], to new: [Column]) {
    let oldKeys = Self.keys(old)
    let newKeys = Self.keys(new)
    let newIndex = Dictionary(
      zip(newKeys, new.indices), uniquingKeysWith: { first, _ in first })
    let known = Set(oldKeys)
    var changes: [Change] = []
    var common: [(old: Column, newIndex: Int)] = []
    for (key, column) in zip(oldKeys, old) {
      guard let index = newIndex[key] else {
        changes.append(Change(kind: .removed, old: column, new: nil))
        continue
      }
      common.append((column, index))
      let kind: Kind? =
        switch Widening.between(column, new[index]) {
        case .same: nil
        case .widened: .widened
        case .narrowed: .narrowed
        case .changed: .changed
        }
      if let kind { changes.append(Change(kind: kind, old: column, new: new[index])) }
    }
    for (key, column) in zip(newKeys, new) where !known.contains(key) {
      changes.append(Change(kind: .added, old: nil, new: column))
    }
    let staying = Self.longestIncreasing(common.map(\.newIndex))
    for (column, index) in common where !staying.contains(index) {
      changes.append(Change(kind: .moved, old: column, new: new[index]))
    }
    self.changes = changes
  }

  /// What identifies a column in its list: its path, by bytes, and which of the equal paths it is.
  private struct Key: Hashable {
    var path: [[UInt8]]
    var occurrence: Int
  }

  private static func keys(_ columns: [Column]) -> [Key] {
    var counts: [[[UInt8]]: Int] = [:]
    return columns.map { column in
      let path = column.path.map { Array($0.utf8) }
      defer { counts[path, default: 0] += 1 }
      return Key(path: path, occurrence: counts[path, default: 0])
    }
  }

  /// The numbers of a longest increasing run of a list of different numbers, gaps allowed: patience
  /// sorting, n log n.
  private static func longestIncreasing(_ numbers: [Int]) -> Set<Int> {
    // tails[k] is the index of the smallest number that ends a run of k + 1.
    var tails: [Int] = []
    var previous: [Int?] = []
    for (index, number) in numbers.enumerated() {
      var low = 0
      var high = tails.count
      while low < high {
        let middle = (low + high) / 2
        if numbers[tails[middle]] < number { low = middle + 1 } else { high = middle }
      }
      previous.append(low > 0 ? tails[low - 1] : nil)
      if low == tails.count { tails.append(index) } else { tails[low] = index }
    }
    var run: Set<Int> = []
    var current = tails.last
    while let index = current {
      run.insert(numbers[index])
      current = previous[index]
    }
    return run
  }
}

extension SchemaDifference {
  /// One finding for each change.
  ///
  /// - Parameters:
  ///   - table: The table's name.
  ///   - file: The key of the file that differs, when files of one table are compared.
  ///   - code: The code to use for every change, such as ``FindingCode/schemaDiffers``; `nil` gives
  ///     each kind its own.
  /// - Returns: The findings in the order of ``changes``.
  public func findings(
    table: String, file: String? = nil, code: FindingCode? = nil
  ) -> [Finding] {
    changes.map { change in
      Finding(
        code ?? change.kind.code,
        at: Finding.Place(table: table, file: file, column: (change.new ?? change.old)?.name),
        change.summary)
    }
  }
}

extension SchemaDifference.Change {
  /// What happened, without the column's name: `was int32 and is int64`.
  public var summary: String {
    let was = old?.typeName ?? "nothing"
    let now = new?.typeName ?? "nothing"
    return switch kind {
    case .added: "the column was added, as \(now)"
    case .removed: "the column was removed; it was \(was)"
    case .widened: "the column was \(was) and is \(now), which holds more"
    case .narrowed: "the column was \(was) and is \(now), which holds less"
    case .changed: "the column was \(was) and is \(now)"
    case .moved: "the column stands at another place"
    }
  }
}

extension SchemaDifference.Kind {
  /// The code of a finding about such a change between two dumps.
  public var code: FindingCode {
    switch self {
    case .added: .columnAdded
    case .removed: .columnRemoved
    case .widened: .columnWidened
    case .narrowed: .columnNarrowed
    case .changed: .columnChanged
    case .moved: .columnMoved
    }
  }
}
