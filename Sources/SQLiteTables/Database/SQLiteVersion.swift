/// The SQLite library that is in use.
public enum SQLiteVersion {
  /// Its version: `3.46.1`.
  public static var text: String { SQLiteLibrary.version }
}
