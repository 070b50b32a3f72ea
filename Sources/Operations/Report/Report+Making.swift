import Dump
import ObjectStorage

extension Report {
  /// How many findings are told of a dump.
  static let findingLimit = 100

  /// Puts together what was found out; nothing is asked of anybody.
  ///
  /// - Parameters:
  ///   - survey: what is at the location.
  ///   - facts: the dumps, the oldest first.
  ///   - options: what was asked for.
  ///   - now: the time.
  init(_ survey: ReportSurvey, _ facts: [DumpFacts], _ options: ReportOptions, now: Timestamp) {
    var facts = facts
    var steps: [SchemaStep] = []
    var before: DumpFacts?
    for index in facts.indices where facts[index].isWhole {
      if let before {
        facts[index].findings += Report.drops(from: before, to: facts[index])
        let step = SchemaStep(from: before, to: facts[index])
        if !step.isEmpty { steps.append(step) }
      }
      before = facts[index]
    }
    self.init(
      location: survey.store.description, madeAt: now, toolVersion: options.toolVersion,
      receipt: try? survey.receipt.get().timestamp, receiptProblem: nil,
      dumps: facts.map(\.summary), olderDumps: survey.olderCount,
      schedule: options.schedule?.description, deliveries: [], schemaSteps: steps, fileSizes: [],
      sizeClasses: [], notes: survey.notes, seconds: 0)
    if case .failure(let error) = survey.receipt { receiptProblem = error.message }
    if let schedule = options.schedule {
      let start = facts.first.map { schedule.delivery(before: $0.timestamp) } ?? now
      // Dumps on their way are not there yet.
      let arrived = dumps.filter { $0.state != .inFlight }.map(\.timestamp)
      deliveries = schedule.deliveries(
        since: start, of: arrived, now: now, grace: options.grace,
        limit: Report.deliveryLimit)
    }
    if let newest, let facts = facts.last(where: { $0.label == newest.label }) {
      fileSizes = facts.fileSizes.sorted { $0.key < $1.key }.compactMap(FileSizes.init)
      sizeClasses = SizeClass.classes(of: facts.fileSizes.values.flatMap(\.self))
    }
  }

  /// Deliveries beyond this would be one line beside the other.
  private static let deliveryLimit = 400

  /// Tables that lost more rows than a load would allow.
  private static func drops(from old: DumpFacts, to new: DumpFacts) -> [Finding] {
    let rule = RowDropRule(maxDrop: .half)
    return new.tables.compactMap { table in
      guard let rows = table.table.rows,
        let before = old.tables.first(where: { $0.table.name == table.table.name })?.table.rows
      else { return nil }
      return rule.finding(table: table.table.name, before: before, after: rows)
    }
  }
}

extension Report.SchemaStep {
  init(from old: DumpFacts, to new: DumpFacts) {
    self.old = old.label
    self.new = new.label
    let (before, after) = (Set(old.tables.map(\.table.name)), Set(new.tables.map(\.table.name)))
    added = after.subtracting(before).sorted()
    removed = before.subtracting(after).sorted()
    changed = new.tables.compactMap { table in
      guard let columns = table.columns,
        let earlier = old.tables.first(where: { $0.table.name == table.table.name })?.columns
      else { return nil }
      let changes = SchemaDifference(from: earlier, to: columns).changes
      return changes.isEmpty ? nil : Table(name: table.table.name, columns: changes)
    }
  }
}

extension Report.FileSizes {
  fileprivate init?(_ table: String, _ sizes: [Int64]) {
    let sizes = sizes.sorted()
    guard let smallest = sizes.first, let largest = sizes.last else { return nil }
    self.init(
      table: table, files: sizes.count, smallest: smallest, median: sizes[(sizes.count - 1) / 2],
      largest: largest, bytes: sizes.reduce(0, +))
  }
}

extension Report.SizeClass {
  /// The largest object has some terabytes; a listing that says more is believed to this point.
  private static let sizeLimit: Int64 = 1_000_000_000_000_000_000

  /// Files by size in steps of 1, 2, 5 times a power of ten, or of ten alone where there are many;
  /// from the smallest to the largest, empty ones between them too.
  static func classes(of sizes: [Int64]) -> [Report.SizeClass] {
    let sizes = sizes.map { min($0, sizeLimit - 1) }
    guard let least = sizes.min(), let most = sizes.max() else { return [] }
    let fine = counts(sizes, [1, 2, 5], least, most)
    return fine.count <= 12 ? fine : counts(sizes, [1], least, most)
  }

  private static func counts(
    _ sizes: [Int64], _ factors: [Int64], _ least: Int64, _ most: Int64
  ) -> [Report.SizeClass] {
    let tens = sequence(first: Int64(1)) { $0 < sizeLimit ? $0 * 10 : nil }
    let bounds = tens.reduce(into: [Int64(0)]) { bounds, ten in
      if bounds.last ?? 0 <= most { bounds += factors.map { $0 * ten } }
    }
    let classes = zip(bounds, bounds.dropFirst()).map { from, below in
      Report.SizeClass(
        from: from, below: below, files: sizes.count { from <= $0 && $0 < below })
    }
    return Array(
      classes.drop { $0.below <= least }.reversed().drop { $0.from > most }.reversed())
  }
}
