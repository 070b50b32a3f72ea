/// An action that a role is tried for.
package struct RoleTrial: Sendable, Hashable {
  /// The action: `s3:PutObject`.
  package let action: String
  /// The ARN that it is tried on: the bucket, an object, the queue or the key.
  package let resource: String
  /// The key in the location, where it is tried on an object.
  package let key: String?
  /// Whether the role needs it; otherwise it must not have it.
  package let isNeeded: Bool
  /// Whether its statement demands something of the request, which a simulation is not told.
  package let isConditional: Bool
}

extension RoleRights {
  /// Everything that a role is tried for.
  ///
  /// It needs what its statements allow. Whatever else some role may change, it must not; reading a
  /// little more than it needs does no harm.
  ///
  /// - Parameters:
  ///   - role: what the role is for.
  ///   - file: the key of a file of a dump in the location.
  /// - Returns: the trials, those that are needed first.
  package func trials(of role: DumpRole, file: String) -> [RoleTrial] {
    let label = file.prefix { $0 != "/" }
    let keys = [
      file, DumpKeys.receipt, "\(label)/_pruning.json", "\(DumpKeys.pinFolder)\(label)",
      "\(DumpKeys.receiptFolder)\(label).json",
    ]
    let resources: [(arn: String, key: String?)] =
      keys.map { (objects($0), $0) }
      + ([bucketARN] + [queueARN, encryptionKey].compactMap(\.self)).map { ($0, nil) }
    let own = statements(of: role)
    var trials: [RoleTrial] = []
    var seen: Set<RoleTrial> = []
    for statement in DumpRole.allCases.flatMap(statements) {
      for action in statement.actions {
        for resource in resources where statement.covers(action, resource.arn) {
          let grants = own.filter { $0.covers(action, resource.arn) }
          let isNeeded = !grants.isEmpty && grants.allSatisfy { $0.effect == .allow }
          let trial = RoleTrial(
            action: action, resource: resource.arn, key: resource.key, isNeeded: isNeeded,
            isConditional: grants.contains { $0.condition != nil })
          guard isNeeded || RoleRights.changes(action) else { continue }
          if seen.insert(trial).inserted { trials.append(trial) }
        }
      }
    }
    return trials.filter(\.isNeeded) + trials.filter { !$0.isNeeded }
  }

  /// Whether an action takes or changes something; who has a message of a queue takes it from others.
  private static func changes(_ action: String) -> Bool {
    let name = action.split(separator: ":").last ?? ""
    return !action.hasPrefix("kms:") && !name.hasPrefix("Get") && !name.hasPrefix("List")
  }
}

extension PolicyStatement {
  /// Whether it speaks of an action on a resource.
  func covers(_ action: String, _ resource: String) -> Bool {
    actions.contains { Wildcard.matches($0.lowercased(), action.lowercased()) }
      && resources.contains { Wildcard.matches($0, resource) }
  }
}

/// The patterns of policies: `*` stands for any characters, `?` for one.
enum Wildcard {
  /// Whether a text is one that a pattern means.
  static func matches(_ pattern: String, _ text: String) -> Bool {
    let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
    var (inPattern, inText) = (0, 0)
    // Where the last star stands, and how far its text goes.
    var star: (pattern: Int, text: Int)?
    while inText < text.count {
      if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "*") {
        star = (inPattern, inText)
        inPattern += 1
      } else if inPattern < pattern.count,
        pattern[inPattern] == text[inText] || pattern[inPattern] == UInt8(ascii: "?")
      {
        inPattern += 1
        inText += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        inPattern = last.pattern + 1
        inText = last.text + 1
      } else {
        return false
      }
    }
    return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
