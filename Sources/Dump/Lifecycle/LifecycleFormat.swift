/// The forms in which lifecycle rules are handed to those who apply them.
public enum LifecycleFormat: String, Sendable, Hashable, CaseIterable {
  /// For `aws s3api put-bucket-lifecycle-configuration --lifecycle-configuration file://…`.
  case json
  /// The body of S3's own request.
  case xml
  /// A resource of Terraform's AWS provider.
  case terraform
  /// A template of CloudFormation in YAML.
  case cloudformation

  /// The rules in this form, with a line feed at the end.
  ///
  /// - Parameters:
  ///   - rules: The rules; those that ``DumpLifecycle`` makes for the last two forms.
  ///   - bucket: The bucket's name.
  /// - Returns: The text.
  public func text(_ rules: [LifecycleRule], bucket: String) -> String {
    switch self {
    case .json: JSONForm(rules).text
    case .xml:
      RuleElement("LifecycleConfiguration", rules.map(\.element)).lines.joined(separator: "\n")
        + "\n"
    case .terraform: TerraformForm.text(rules, bucket: bucket)
    case .cloudformation: CloudFormationForm.text(rules, bucket: bucket)
    }
  }
}

/// The JSON of AWS's command line: lists have their own names, numbers and truth values are such.
private struct JSONForm {
  let text: String

  init(_ rules: [LifecycleRule]) {
    let root = RuleElement("LifecycleConfiguration", rules.map(\.element))
    text = JSONForm.value(root, indent: "") + "\n"
  }

  private static let lists = [
    "Rule": "Rules", "Transition": "Transitions",
    "NoncurrentVersionTransition": "NoncurrentVersionTransitions",
  ]
  private static let numbers: Set<String> = [
    "Days", "NoncurrentDays", "NewerNoncurrentVersions", "DaysAfterInitiation",
    "ObjectSizeGreaterThan", "ObjectSizeLessThan",
  ]
  /// Elements that hold others, also when they hold none.
  private static let objects: Set<String> = ["LifecycleConfiguration", "Filter"]

  private static func value(_ element: RuleElement, indent: String) -> String {
    guard !element.children.isEmpty || objects.contains(element.name) else {
      let isBare = numbers.contains(element.name) || element.name == "ExpiredObjectDeleteMarker"
      return isBare ? element.text : quoted(element.text)
    }
    let inner = indent + "  "
    var members: [String] = []
    var seen: Set<String> = []
    for child in element.children where seen.insert(child.name).inserted {
      let isTagList = child.name == "Tag" && element.name == "And"
      if let name = isTagList ? "Tags" : lists[child.name] {
        let values = element.children.filter { $0.name == child.name }
          .map { inner + "  " + value($0, indent: inner + "  ") }
        let list = values.joined(separator: ",\n")
        members.append("\(inner)\(quoted(name)): [\n\(list)\n\(inner)]")
      } else {
        members.append("\(inner)\(quoted(child.name)): \(value(child, indent: inner))")
      }
    }
    if members.isEmpty {
      return element.name == "LifecycleConfiguration" ? "{ \"Rules\": [] }" : "{}"
    }
    return "{\n\(members.joined(separator: ",\n"))\n\(indent)}"
  }

  private static func quoted(_ text: String) -> String { Wording.json(text) }
}

/// The provider's resource in HCL.
///
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_lifecycle_configuration>
private enum TerraformForm {
  private static let names = [
    "Days": "days", "ExpiredObjectDeleteMarker": "expired_object_delete_marker",
    "NoncurrentDays": "noncurrent_days", "NewerNoncurrentVersions": "newer_noncurrent_versions",
    "DaysAfterInitiation": "days_after_initiation", "Expiration": "expiration",
    "NoncurrentVersionExpiration": "noncurrent_version_expiration",
    "AbortIncompleteMultipartUpload": "abort_incomplete_multipart_upload",
  ]

  static func text(_ rules: [LifecycleRule], bucket: String) -> String {
    var lines = [
      "# The resource holds all lifecycle rules of the bucket: those that are not here are removed.",
      "resource \"aws_s3_bucket_lifecycle_configuration\" \"dumps\" {",
      "  bucket = \(quoted(bucket))",
    ]
    for rule in rules {
      lines += [
        "", "  rule {", "    id     = \(quoted(rule.id))", "    status = \"Enabled\"", "",
        "    filter {", "      prefix = \(quoted(rule.prefix))", "    }",
      ]
      for action in rule.element.children {
        guard let name = names[action.name] else { continue }
        lines += ["", "    \(name) {"]
        let settings = action.children.compactMap { setting in
          names[setting.name].map { ($0, setting.text) }
        }
        let width = settings.map(\.0.count).max() ?? 0
        for (name, value) in settings {
          let gap = String(repeating: " ", count: width - name.count)
          lines.append("      \(name)\(gap) = \(value)")
        }
        lines.append("    }")
      }
      lines.append("  }")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// A string of HCL; `${` and `%{` would begin a template.
  private static func quoted(_ text: String) -> String {
    Wording.json(text).replacing("${", with: "$${").replacing("%{", with: "%%{")
  }
}

/// The rules as a property of the bucket, in YAML.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html>
private enum CloudFormationForm {
  static func text(_ rules: [LifecycleRule], bucket: String) -> String {
    var lines = [
      "# CloudFormation keeps lifecycle rules with the bucket: put them into the template that has it,",
      "# or import the bucket into this one. Rules that are not here are removed.",
      "AWSTemplateFormatVersion: \"2010-09-09\"",
      "Resources:",
      "  DumpBucket:",
      "    Type: AWS::S3::Bucket",
      "    DeletionPolicy: Retain",
      "    UpdateReplacePolicy: Retain",
      "    Properties:",
      "      BucketName: \(Wording.json(bucket))",
      "      LifecycleConfiguration:",
      "        Rules:",
    ]
    lines += ruleLines(rules)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The items of the list of rules, at their depth in the resource of a bucket.
  static func ruleLines(_ rules: [LifecycleRule]) -> [String] {
    var lines: [String] = []
    for rule in rules {
      lines += [
        "          - Id: \(Wording.json(rule.id))", "            Status: Enabled",
        "            Prefix: \(Wording.json(rule.prefix))",
      ]
      for action in rule.element.children {
        switch action.name {
        case "Expiration":
          for setting in action.children {
            let name = setting.name == "Days" ? "ExpirationInDays" : setting.name
            lines.append("            \(name): \(setting.text)")
          }
        case "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload":
          lines.append("            \(action.name):")
          lines += action.children.map { "              \($0.name): \($0.text)" }
        default: continue
        }
      }
    }
    return lines
  }
}

extension LifecycleFormat {
  /// The rules as they stand in a template that has the bucket, below `Rules:`.
  static func templateLines(_ rules: [LifecycleRule]) -> [String] {
    CloudFormationForm.ruleLines(rules)
  }
}
