import Dump
import FoundationEssentials
import Yams

/// A configuration file in YAML: settings, and a list of watches with settings of their own.
///
/// ```yaml
/// plan: paid                      # for all watches
/// listen: 127.0.0.1:8080
/// watches:
///   - location: s3://bucket/exports
///     into: ${DATA}/crm.sqlite    # from the environment
/// ```
struct ConfigurationFile: Sendable {
  typealias Values = [WatchSetting: SettingValue]

  /// What holds for all watches.
  private(set) var common: Values = [:]
  /// The watches, each with its own settings alone.
  private(set) var watches: [Values] = []
  private let path: String
  private let environment: [String: String]

  /// A file of some hundred watches has some ten kilobytes.
  private static let byteLimit = 1 << 20

  /// Reads a file.
  ///
  /// - Throws: ``OperationError`` with `usage`, the line and what is wrong with it.
  init(path: String, environment: [String: String]) throws {
    self.path = path
    self.environment = environment
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw OperationError(
        .usage, "cannot read \(path): there is no such file, or it is closed to you",
        hint: "--config names a file in YAML")
    }
    guard data.count <= ConfigurationFile.byteLimit,
      let text = String(validating: data, as: UTF8.self)
    else {
      throw OperationError(
        .usage,
        "cannot read \(path): it has more than \(ConfigurationFile.byteLimit) bytes, or is not UTF-8"
      )
    }
    try parse(text)
  }

  init(text: String, path: String, environment: [String: String]) throws {
    self.path = path
    self.environment = environment
    try parse(text)
  }

  private mutating func parse(_ text: String) throws {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw OperationError(.usage, "cannot read \(path): \(error)")
    }
    guard let root else { return }
    guard let mapping = root.mapping else {
      throw fault(root, "settings should stand here, each as name: value")
    }
    for (key, value) in mapping {
      if key.string == "watches" {
        guard let items = value.sequence else {
          throw fault(value, "watches is a list: each begins with a dash")
        }
        for item in items {
          guard let mapping = item.mapping else {
            throw fault(item, "a watch is a list of settings, each as name: value")
          }
          var values: Values = [:]
          for (key, value) in mapping { try add(key, value, to: &values, isWatch: true) }
          guard values[.location] != nil else { throw fault(item, "the watch has no location") }
          watches.append(values)
        }
      } else {
        try add(key, value, to: &common, isWatch: false)
      }
    }
  }

  private func add(
    _ key: Node, _ value: Node, to values: inout Values, isWatch: Bool
  ) throws {
    let name = key.string ?? ""
    guard let setting = WatchSetting(rawValue: name) else {
      let known = WatchSetting.allCases.map(\.rawValue)
      let near = known.first { $0.filter { $0 != "-" } == name.filter { $0 != "-" && $0 != "_" } }
      throw fault(
        key, "there is no setting \(name)",
        hint: near.map { "it is called \($0)" } ?? "they are " + known.joined(separator: ", "))
    }
    if isWatch, setting.isOfProcess {
      throw fault(key, "\(name) holds for the whole process: it stands above watches")
    }
    guard values[setting] == nil else { throw fault(key, "\(name) comes twice") }
    let text: String
    if let items = value.sequence {
      text = try items.map { item in
        guard let text = item.scalar?.string else {
          throw fault(item, "\(name) is a list of words")
        }
        return try expanded(text, item)
      }.joined(separator: ",")
    } else {
      guard let scalar = value.scalar else { throw fault(value, "\(name) is one value, or a list") }
      text = try expanded(scalar.string, value)
    }
    values[setting] = SettingValue(text, .file(path, line: key.mark?.line ?? 1))
  }

  /// Puts variables in: `${NAME}`, or `${NAME:-otherwise}`.
  private func expanded(_ text: String, _ node: Node) throws -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      result += rest[..<start.lowerBound]
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw fault(node, "a ${ has no }")
      }
      let inside = rest[start.upperBound..<end]
      rest = rest[rest.index(after: end)...]
      let parts = inside.firstRange(of: ":-")
      let name = String(parts.map { inside[..<$0.lowerBound] } ?? inside)
      if let value = environment[name], !value.isEmpty || parts == nil {
        result += value
      } else if let parts {
        result += inside[parts.upperBound...]
      } else {
        throw fault(
          node, "the variable \(name) is not set",
          hint: "set it, or write ${\(name):-value} for what holds without it")
      }
    }
    return result + rest
  }

  private func fault(_ node: Node, _ reason: String, hint: String? = nil) -> OperationError {
    OperationError(
      .usage, "cannot read \(path), line \(node.mark?.line ?? 1): \(reason)", hint: hint)
  }
}
