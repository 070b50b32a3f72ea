import Dump

/// Whom a bucket tells of a receipt.
enum NotificationTarget: Sendable, Hashable {
  case queue(String)
  case topic(String)
  case function(String)
  case eventBridge
  /// Something is told, but not of every way in which a receipt is written.
  case narrow(String)
  case nobody

  static func find(in elements: [RuleElement], for key: String) -> NotificationTarget {
    var found = NotificationTarget.nobody
    for element in elements {
      if element.name == "EventBridgeConfiguration" {
        if found == .nobody { found = .eventBridge }
        continue
      }
      guard matches(element, key) else { continue }
      let events = element.children.filter { $0.name == "Event" }.map(\.text)
      guard events.contains("s3:ObjectCreated:*") else {
        if found == .nobody { found = .narrow(events.joined(separator: ", ")) }
        continue
      }
      for child in element.children {
        switch child.name {
        case "Queue": return .queue(child.text)
        case "Topic": found = .topic(child.text)
        case "CloudFunction": found = .function(child.text)
        default: continue
        }
      }
    }
    return found
  }

  /// Whether the filter lets the key through.
  private static func matches(_ element: RuleElement, _ key: String) -> Bool {
    let rules =
      element.children.first { $0.name == "Filter" }?.children
      .first { $0.name == "S3Key" }?.children ?? []
    return rules.allSatisfy { rule in
      let value = rule.children.first { $0.name == "Value" }?.text ?? ""
      let name = rule.children.first { $0.name == "Name" }?.text.lowercased()
      return name == "suffix" ? key.hasSuffix(value) : key.hasPrefix(value)
    }
  }

  func check(fix: String) -> DoctorCheck {
    switch self {
    case .queue(let arn): DoctorCheck("notification", .ok, "receipts are told to \(arn)")
    case .topic(let arn): DoctorCheck("notification", .ok, "receipts are told to \(arn)")
    case .function(let arn): DoctorCheck("notification", .ok, "receipts are told to \(arn)")
    case .eventBridge: DoctorCheck("notification", .ok, "all events go to EventBridge")
    case .narrow(let events):
      DoctorCheck(
        "notification", .failed,
        "only \(events) is told; an upload in parts or a copy would not be", fix: fix)
    case .nobody:
      DoctorCheck("notification", .failed, "nobody is told of a new receipt", fix: fix)
    }
  }
}
