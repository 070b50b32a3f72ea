import Dump
import ObjectStorage

extension Reporting {
  /// How the newest dump differs from what a database holds, if that is another one, or else from
  /// the dump before.
  func comparison(
    _ facts: [DumpFacts], _ survey: ReportSurvey, _ held: HeldDumps?, _ s3: S3Options,
    _ notes: inout [String]
  ) async throws -> Report.Comparison? {
    guard let newest = facts.last(where: { $0.isWhole && $0.state != nil }) else { return nil }
    var comparison: Report.Comparison
    let old: () async throws -> DiffSide?
    if let held, !held.live.isEmpty, held.summary.dumps != [newest.timestamp] {
      comparison = Report.Comparison(
        from: held.live, to: newest.tables,
        old: held.summary.dumps.count == 1 ? held.summary.dumps[0] : nil, new: newest.timestamp,
        database: held.summary.path)
      old = {
        try await DiffSide(
          held.summary.path, nil, s3, tables: nil, options: diff.options, progress: progress)
      }
    } else if let before = facts.last(where: { $0.isWhole && $0.timestamp < newest.timestamp }) {
      comparison = Report.Comparison(
        from: before.tables, to: newest.tables, old: before.timestamp, new: newest.timestamp)
      old = { try await side(before, survey) }
    } else {
      return nil
    }
    if options.comparesRows {
      do {
        guard let old = try await old(), let new = try await side(newest, survey) else {
          notes.append("rows are not compared: the dump before is not there any more")
          return comparison
        }
        comparison.add(try await diff.run(old, new))
      } catch let error as OperationError where error.outcome != .interrupted {
        notes.append("rows are not compared: \(error.message)")
      }
    }
    return comparison
  }

  private func side(_ dump: DumpFacts, _ survey: ReportSurvey) async throws -> DiffSide? {
    guard dump.state != nil, let listing = survey.listings[dump.label] else { return nil }
    return .dump(try await self.survey(listing))
  }

  private var diff: Diff {
    var chosen = DiffOptions()
    chosen.comparesRows = true
    chosen.keys = options.keys
    chosen.busyTimeout = options.busyTimeout
    chosen.threadCount = options.threadCount
    chosen.maxMemoryByteCount = options.maxMemoryByteCount
    return Diff(options: chosen, progress: progress)
  }
}
