/// How Parquet values become SQLite values, where there is a choice.
public struct ConversionOptions: Sendable, Hashable {
  /// What becomes of structs.
  public enum Nesting: String, Sendable, Hashable, CaseIterable {
    /// Every field of a struct is a column; names are joined by `_`. Lists and maps are JSON text.
    case columns
    /// Every top-level column stays one column; structs, lists and maps are JSON text.
    case json
  }

  /// What becomes of DECIMAL values.
  public enum DecimalForm: String, Sendable, Hashable, CaseIterable {
    /// Exact text.
    case text
    /// The nearest double.
    case real
  }

  /// What becomes of unsigned 64-bit numbers, which SQLite has only up to 2^63−1.
  public enum UInt64Form: String, Sendable, Hashable, CaseIterable {
    /// INTEGER; a larger number is an error.
    case error
    /// TEXT for the whole column.
    case text
  }

  /// What becomes of structs.
  public var nesting = Nesting.columns
  /// What becomes of DECIMAL values.
  public var decimals = DecimalForm.text
  /// What becomes of unsigned 64-bit numbers.
  public var uint64 = UInt64Form.error
  /// Whether timestamps that the file does not call UTC get a `Z`, for writers such as BigQuery
  /// that store instants without saying so.
  public var assumesUTC = false

  /// The defaults: columns, exact decimals, no silent loss.
  public init() {}
}
