public import Dump
public import ObjectStorage

/// Writes the lifecycle rules of a bucket with care, and says what they will do: `receipt lifecycle`.
public struct Lifecycle: Sendable {
  /// The bucket and the prefix.
  public let location: S3Location
  /// The rules for the location.
  public var rules: DumpLifecycle
  /// The counters that a display may read.
  public let progress: Progress

  /// Rules for a location.
  ///
  /// - Throws: ``OperationError`` with outcome `usage` if the rules' names would be too long.
  public init(_ location: S3Location, progress: Progress = Progress()) throws {
    self.location = location
    self.progress = progress
    rules = DumpLifecycle(locationPrefix: location.prefix)
    for rule in rules.rules where rule.id.count > DumpLifecycle.idLimit {
      throw OperationError(
        .usage,
        "cannot name the rules of \(location): \"\(rule.id)\" has \(rule.id.count) characters, more "
          + "than the \(DumpLifecycle.idLimit) that S3 takes")
    }
  }

  // MARK: Writing

  /// Reads the bucket's rules and puts the location's in.
  ///
  /// - Throws: ``OperationError`` if they cannot be read.
  public func merge(_ store: S3Store) async throws -> LifecycleReport {
    do {
      let setting = try await store.lifecycle()
      let merge = LifecycleMerge(rules.rules, into: setting.rules.map(LifecycleRule.init))
      return LifecycleReport(store, merge, setting.transitionMinimum, rules)
    } catch {
      throw OperationError(error)
    }
  }

  /// Reads the bucket's rules and puts those of an undo file in their place.
  ///
  /// - Throws: ``OperationError`` if either cannot be read.
  public func restore(_ text: String, file: String, _ store: S3Store) async throws
    -> LifecycleReport
  {
    do {
      let root = RuleElement(try SettingElement(parsing: text, file: file))
      guard root.name == UndoFile.rootName else {
        throw OperationError(
          .failed, "cannot read \(file): it holds a \(root.name), and not rules of a bucket",
          hint: "--restore wants the file that `receipt lifecycle --merge --apply` has left")
      }
      let setting = try await store.lifecycle()
      let merge = LifecycleMerge(
        replacing: setting.rules.map(LifecycleRule.init),
        by: root.children.filter { $0.name == "Rule" }.map(LifecycleRule.init))
      let minimum = root.children.first { $0.name == UndoFile.minimumName }?.text
      return LifecycleReport(store, merge, minimum, rules)
    } catch {
      throw OperationError(error)
    }
  }

  /// Writes the rules of a report, after what was there is safe in a file.
  ///
  /// - Parameters:
  ///   - report: what ``merge(_:)`` or ``restore(_:file:_:)`` has said.
  ///   - store: the location.
  ///   - undoFile: the file to keep the old rules in, which must not be there; `nil` for none.
  /// - Returns: the report with what was done.
  /// - Throws: ``OperationError``: with outcome `transient` if the rules have changed since they were
  ///   read, or read otherwise after they were written.
  public func apply(
    _ report: LifecycleReport, to store: S3Store, undoFile: String?
  ) async throws -> LifecycleReport {
    do {
      var report = report
      guard report.merge.changes else { return report }
      guard report.merge.after.count <= LifecycleMerge.ruleLimit else {
        throw OperationError(
          .refused,
          "cannot write the rules of \(location.bucket): they would be \(report.merge.after.count), "
            + "more than the \(LifecycleMerge.ruleLimit) that S3 takes",
          hint: "remove rules that are not needed")
      }
      // S3 knows no condition for this; asking again makes the gap as small as it can be.
      let now = try await store.lifecycle()
      try check(now.rules, are: report.merge.before, "they have changed since they were read")
      if let undoFile { try UndoFile.write(now, to: undoFile) }
      report.undoFile = undoFile
      try await store.replaceLifecycle(
        LifecycleSetting(
          rules: report.merge.after.map { SettingElement($0.element) },
          transitionMinimum: report.transitionMinimum))
      let written = try await store.lifecycle()
      try check(
        written.rules, are: report.merge.after,
        "they read otherwise after they were written"
          + (undoFile.map { "; those before are in \($0)" } ?? ""))
      report.isApplied = true
      return report
    } catch {
      throw OperationError(error)
    }
  }

  private func check(
    _ rules: [SettingElement], are expected: [LifecycleRule], _ reason: String
  ) throws(OperationError) {
    guard Set(rules.map(LifecycleRule.init)) != Set(expected) else { return }
    throw OperationError(
      .transient, "cannot write the lifecycle rules of \(location.bucket): \(reason)",
      hint: "somebody else may be writing them; run it again and look at the difference")
  }

  // MARK: Simulating

  /// Says what goes when, by the rules of the bucket and those of the location.
  ///
  /// - Parameters:
  ///   - store: the location.
  ///   - asIs: whether the bucket's rules stand alone, as they are now.
  /// - Returns: the dates.
  /// - Throws: ``OperationError`` if the location cannot be listed, or `asIs` its rules not read.
  public func simulate(
    _ store: S3Store, asIs: Bool
  ) async throws -> LifecycleSimulationReport {
    do {
      var notes: [String] = []
      var present: [LifecycleRule] = []
      do {
        present = try await store.lifecycle().rules.map(LifecycleRule.init)
      } catch let error as StorageError where !asIs {
        notes.append("the bucket's own rules are left out: \(error.message)")
      }
      let merge = LifecycleMerge(asIs ? [] : rules.rules, into: present)
      let survey = try await LocationSurvey(store, progress: progress)
      return LifecycleSimulationReport(
        location: location.description, isAsIs: asIs, at: .now,
        rules: merge.after.filter(\.isEnabled).map(\.id),
        simulation: LifecycleSimulation(
          merge.after, on: survey.inventory, receipt: survey.receiptObject,
          locationPrefix: location.prefix),
        keepsVersions: survey.versioning.map { $0 != .off } ?? false, notes: notes + survey.notes)
    } catch {
      throw OperationError(error)
    }
  }
}

extension LifecycleRule {
  init(_ element: SettingElement) { self.init(RuleElement(element)) }
}

extension RuleElement {
  init(_ element: SettingElement) {
    self.init(element.name, text: element.text, children: element.children.map(RuleElement.init))
  }
}

extension SettingElement {
  init(_ element: RuleElement) {
    self.init(
      element.name, text: element.text, children: element.children.map(SettingElement.init))
  }
}
