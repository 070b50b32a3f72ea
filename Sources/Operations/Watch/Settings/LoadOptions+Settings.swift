extension LoadOptions {
  /// Takes in what settings say of indexes, keys, and dumps that are kept.
  ///
  /// - Throws: ``OperationError`` with `usage`, the setting and its origin.
  public mutating func set(_ settings: [WatchSetting: SettingValue]) throws {
    let reader = SettingReader(values: settings)
    indexes = try reader.list(.index, separatedBy: IndexRequest.separated).map { text in
      try IndexRequest(parsing: text)
    }
    indexes += try reader.choice(.preset, TablePreset.self)?.indexes ?? []
    apply = try reader.choice(.apply, LoadOptions.Application.self) ?? .auto
    keys = try reader.list(.key, separatedBy: TableKey.separated).map { text in
      try TableKey(parsing: text)
    }
    keptDumpCount = try reader.number(.keepPrevious, 0...100)
    if let keptDumpCount, keptDumpCount > 0, apply == .changes {
      throw reader.fault(.keepPrevious, "it keeps whole tables, and --apply changes has but one")
    }
    checks = try reader.flag(.check)
    analyzes = try reader.text(.analyze) == nil || reader.flag(.analyze)
  }
}
