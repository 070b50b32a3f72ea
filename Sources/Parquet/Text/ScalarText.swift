/// The text form of one leaf column's values, for columns of databases and the inside of JSON
/// strings.
///
/// - Integers: decimal digits.
/// - DECIMAL: exactly as many digits behind the point as the scale.
/// - DATE: `YYYY-MM-DD`. TIME: `HH:MM:SS.fff`, digits by the unit; a number outside of the day as
///   it is. TIMESTAMP and INT96: `YYYY-MM-DDTHH:MM:SS.fff`, with `Z` for instants.
/// - UUID: lower-case hexadecimal with hyphens. INTERVAL: an ISO 8601 duration.
package struct ScalarText: Sendable, BitwiseCopyable {
  package let kind: ValueKind
  private let physicalType: PhysicalType
  private let assumesUTC: Bool

  /// - Parameters:
  ///   - column: the column.
  ///   - assumesUTC: whether local timestamps get a `Z` too.
  package init(_ column: LeafColumn, assumesUTC: Bool) {
    kind = column.valueKind
    physicalType = column.physicalType
    self.assumesUTC = assumesUTC
  }

  /// Appends the value at an index; nothing for kinds that have no text form of their own.
  func append(
    _ index: Int, of values: Values, to text: inout TextBuffer
  ) throws(DecodingFailure) {
    switch kind {
    case .signed(let bitWidth): text.append(decimal: values.signed(index, bitWidth: bitWidth))
    case .unsigned(let bitWidth):
      text.append(decimal: values.unsigned(index, bitWidth: bitWidth))
    case .decimal(let scale):
      switch physicalType {
      case .int32, .int64: text.append(unscaled: values.signed(index), scale: scale)
      default: try text.append(bigEndian: values.view(index), scale: scale)
      }
    case .date: text.append(date: values.signed(index))
    case .time(let unit):
      let time = values.signed(index)
      if unit.isTimeOfDay(time) {
        text.append(timeOfDay: time, unit: unit)
      } else {
        text.append(decimal: time)
      }
    case .timestamp(let unit, let isAdjustedToUTC):
      text.append(
        timestamp: values.signed(index), unit: unit,
        isAdjustedToUTC: isAdjustedToUTC || assumesUTC)
    case .int96: text.append(int96: values.view(index), isAdjustedToUTC: assumesUTC)
    case .uuid: text.append(uuid: values.view(index))
    case .interval: text.append(interval: values.view(index))
    case .boolean, .float, .double, .float16, .text, .binary, .null: break
    }
  }

  /// The same for other modules.
  ///
  /// - Throws: ``ParquetError`` that names the column, for a DECIMAL of absurd length.
  package func appendValue(
    _ index: Int, of values: Values, column: LeafColumn, to text: inout TextBuffer
  ) throws(ParquetError) {
    do throws(DecodingFailure) {
      try append(index, of: values, to: &text)
    } catch {
      throw error.widened(at: ParquetError.Place(column: column.dottedPath))
    }
  }
}

extension LogicalType.TimeUnit {
  /// Whether a number of units lies within one day.
  func isTimeOfDay(_ value: Int64) -> Bool { value >= 0 && value < perSecond * 86_400 }
}
