import Dump
import FoundationEssentials
import ObjectStorage

/// Takes values out of settings; what is wrong is said with the name and the origin.
struct SettingReader {
  let values: [WatchSetting: SettingValue]

  func text(_ setting: WatchSetting) -> String? {
    values[setting].flatMap { $0.text.isEmpty ? nil : $0.text }
  }

  func required(_ setting: WatchSetting, _ what: String) throws -> String {
    guard let text = text(setting) else {
      throw OperationError(
        .usage, "\(what) is missing",
        hint:
          "give \(setting == .location ? "LOCATION" : setting.flag), \(setting.variable), or "
          + "\(setting.rawValue): in the configuration file")
    }
    return text
  }

  func list(_ setting: WatchSetting) -> [String] {
    (text(setting) ?? "").split(separator: ",").map { part in
      String(part.drop { $0 == " " })
    }
  }

  /// A list whose items have commas of their own.
  func list(_ setting: WatchSetting, separatedBy separated: (String) -> [String]) -> [String] {
    text(setting).map(separated) ?? []
  }

  func flag(_ setting: WatchSetting) throws -> Bool {
    switch text(setting) {
    case nil, "false", "no", "off", "0": false
    case "true", "yes", "on", "1": true
    default: throw fault(setting, "it is true or false")
    }
  }

  func number(_ setting: WatchSetting, _ range: ClosedRange<Int>) throws -> Int? {
    guard let text = text(setting) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw fault(setting, "it is a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func duration(_ setting: WatchSetting) throws -> Duration? {
    guard let text = text(setting) else { return nil }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let factors = [
      "ms": 1, "s": 1_000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]
    guard let number = Int64(digits), number <= 1_000_000_000,
      let factor = factors[String(text.dropFirst(digits.count))]
    else { throw fault(setting, "a span of time looks like 500ms, 30s, 5m, 2h or 7d") }
    return .milliseconds(number * Int64(factor))
  }

  func byteCount(_ setting: WatchSetting) throws -> Int64? {
    guard let text = text(setting) else { return nil }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let factors: [String: Int64] = [
      "": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000, "kib": 1 << 10,
      "mib": 1 << 20, "gib": 1 << 30,
    ]
    guard let number = Int64(digits), number > 0, number < 1 << 30,
      let factor = factors[text.dropFirst(digits.count).lowercased()]
    else { throw fault(setting, "a size looks like 256MiB or 1GB") }
    return number * factor
  }

  func choice<Value: RawRepresentable & CaseIterable>(
    _ setting: WatchSetting, _ type: Value.Type
  ) throws -> Value? where Value.RawValue == String {
    guard let text = text(setting) else { return nil }
    guard let value = Value(rawValue: text) else {
      throw fault(
        setting, "it is one of " + type.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }

  func parsed<Value>(
    _ setting: WatchSetting, _ parse: (String) throws(DumpError) -> Value
  ) throws -> Value? {
    guard let text = text(setting) else { return nil }
    do throws(DumpError) {
      return try parse(text)
    } catch {
      throw fault(setting, error.message)
    }
  }

  func fault(_ setting: WatchSetting, _ reason: String) -> OperationError {
    let value = values[setting]
    let shown = setting.isSecret ? "" : " \(value?.text ?? "")"
    return OperationError(
      .usage,
      "cannot use \(setting.rawValue)\(shown) (\(value?.origin.description ?? "")): \(reason)")
  }
}
