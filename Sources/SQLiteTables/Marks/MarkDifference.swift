/// What differs between the rows of two sides, or of one part of them.
///
/// Rows of one key are the same, or a pair of old and new. Keys must tell the rows of a side apart; if
/// they do not, only the counts of repeated keys can be relied on. Where there is no content beside
/// the key, rows of one key are all alike and may occur several times: the one side then has as many
/// more or fewer of them.
package struct MarkDifference: Sendable {
  /// For each row that takes the place of another one the two, by their numbers.
  package private(set) var changed: [(old: Int64, new: Int64)] = []
  /// Rows of the new side whose keys the old one has not.
  package private(set) var added: [Int64] = []
  /// Rows of the old side whose keys the new one has not.
  package private(set) var removed: [Int64] = []
  package private(set) var sameCount: Int64 = 0
  /// Rows whose key another row of the same side has had before.
  package private(set) var oldRepeatedKeyCount: Int64 = 0
  package private(set) var newRepeatedKeyCount: Int64 = 0

  package init() {}

  /// Compares a part of two sides.
  ///
  /// - Parameters:
  ///   - old: the old side.
  ///   - new: the new side, marked by the same scheme.
  ///   - part: the part, from 0.
  /// - Throws: `file`.
  package init(from old: MarkSet, to new: MarkSet, part: Int) throws(SQLiteError) {
    let old = try old.load(part)
    let new = try new.load(part)
    let table = MarkTable(capacity: old.count + new.count)
    var chain = GrowingMemory<Int32>(capacity: old.count)
    for index in 0..<old.count {
      let slot = table.slot(of: old[index])
      if table.isFree(slot) {
        table.take(slot, for: old[index])
      } else {
        oldRepeatedKeyCount += 1
      }
      chain.append(table.first(at: slot))
      table.setFirst(Int32(index), at: slot)
    }
    for index in 0..<new.count {
      let mark = new[index]
      let slot = table.slot(of: mark)
      if table.isFree(slot) { table.take(slot, for: mark) }
      if table.noteNew(at: slot) { newRepeatedKeyCount += 1 }
      let candidate = Int(table.first(at: slot))
      if candidate < 0 {
        added.append(mark.row)
        continue
      }
      table.setFirst(chain[candidate], at: slot)
      if old[candidate].content == mark.content {
        sameCount += 1
      } else {
        changed.append((old[candidate].row, mark.row))
      }
    }
    if sameCount + Int64(changed.count) == Int64(old.count) { return }
    for slot in 0..<table.slotCount {
      var candidate = table.isFree(slot) ? -1 : table.first(at: slot)
      while candidate >= 0 {
        removed.append(old[Int(candidate)].row)
        candidate = chain[Int(candidate)]
      }
    }
  }

  /// Rows that differ.
  package var differenceCount: Int { changed.count + added.count + removed.count }
  /// Rows that take the place of another one.
  package var changedCount: Int64 { Int64(changed.count) }
  /// Rows whose keys the old side has not.
  package var addedCount: Int64 { Int64(added.count) }

  /// Adds what differs in another part.
  package mutating func add(_ other: MarkDifference) {
    changed += other.changed
    added += other.added
    removed += other.removed
    sameCount += other.sameCount
    oldRepeatedKeyCount += other.oldRepeatedKeyCount
    newRepeatedKeyCount += other.newRepeatedKeyCount
  }
}
