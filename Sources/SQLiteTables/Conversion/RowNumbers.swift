/// The numbers of the rows of a batch, for messages.
package enum RowNumbers: Sendable {
  /// Each row has the number after that of the row before it.
  case from(Int64)
  /// One for each row.
  case listed(ArraySlice<Int64>)

  package subscript(row: Int) -> Int64 {
    switch self {
    case .from(let first): first + Int64(row)
    case .listed(let numbers): numbers[numbers.startIndex + row]
    }
  }
}
