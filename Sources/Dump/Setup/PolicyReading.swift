/// What a policy that somebody else may have written does.
package struct PolicyReading: Sendable {
  private let statements: [JSONValue]

  /// Reads a policy; `nil` if it is none.
  package init?(_ text: String) {
    guard let root = JSONValue(parsing: Array(text.utf8)), let statement = root["Statement"] else {
      return nil
    }
    statements = statement.items ?? [statement]
  }

  /// Whether everybody is refused who comes to a bucket, or to objects below a prefix, without TLS.
  package func refusesPlainRequests(to bucketARN: String, prefix: String) -> Bool {
    let denials = statements.filter { statement in
      guard statement["Effect"]?.text == "Deny", statement["NotAction"] == nil,
        PolicyReading.texts(statement["Action"]).contains(where: { ["*", "s3:*"].contains($0) }),
        PolicyReading.isEverybody(statement["Principal"]),
        case .object(let tests) = statement["Condition"], tests.count == 1,
        case .object(let keys) = tests["Bool"], keys.count == 1, let key = keys.first
      else { return false }
      let value = key.value == .boolean(false) ? ["false"] : PolicyReading.texts(key.value)
      return key.key.lowercased() == "aws:securetransport" && value == ["false"]
    }
    return [bucketARN, "\(bucketARN)/\(prefix)\(DumpKeys.receipt)"].allSatisfy { resource in
      denials.contains { statement in
        PolicyReading.texts(statement["Resource"]).contains { Wildcard.matches($0, resource) }
      }
    }
  }

  /// Whether a service may do something with a resource for a source: a bucket, a topic, a rule.
  ///
  /// - Parameters:
  ///   - service: The service: `s3.amazonaws.com`.
  ///   - action: What it does.
  ///   - resource: The ARN of what it does it with.
  ///   - source: The ARN of the source; `nil` if it is not known, which conditions on it then allow.
  /// - Returns: Whether it may; conditions on anything else are not looked at.
  package func allows(
    _ service: String, _ action: String, on resource: String, from source: String?
  ) -> Bool {
    statements.contains { statement in
      guard statement["Effect"]?.text == "Allow",
        PolicyReading.isEverybody(statement["Principal"])
          || PolicyReading.texts(statement["Principal"]?["Service"]).contains(service),
        PolicyReading.texts(statement["Action"]).contains(where: {
          Wildcard.matches($0.lowercased(), action.lowercased())
        }),
        PolicyReading.texts(statement["Resource"]).contains(where: {
          Wildcard.matches($0, resource)
        })
      else { return false }
      guard let source, case .object(let tests) = statement["Condition"] else { return true }
      return tests.values.allSatisfy { test in
        guard case .object(let keys) = test else { return true }
        return keys.allSatisfy { key, value in
          key.lowercased() != "aws:sourcearn"
            || PolicyReading.texts(value).contains { Wildcard.matches($0, source) }
        }
      }
    }
  }

  /// Whether an account's own policies decide who may use a key, or the key itself names a role.
  ///
  /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
  package func leavesKey(toAccount account: String, orRole role: String?) -> Bool {
    statements.contains { statement in
      guard statement["Effect"]?.text == "Allow",
        PolicyReading.texts(statement["Action"]).contains(where: {
          Wildcard.matches($0.lowercased(), "kms:decrypt")
        })
      else { return false }
      let principals = PolicyReading.texts(statement["Principal"]?["AWS"])
      return PolicyReading.isEverybody(statement["Principal"])
        || principals.contains { principal in
          principal == account || principal == role
            || principal.hasSuffix(":iam::\(account):root")
        }
    }
  }

  private static func texts(_ value: JSONValue?) -> [String] {
    value?.text.map { [$0] } ?? value?.items?.compactMap(\.text) ?? []
  }

  private static func isEverybody(_ principal: JSONValue?) -> Bool {
    principal?.text == "*" || texts(principal?["AWS"]).contains("*")
  }
}
