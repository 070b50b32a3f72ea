import Dump
public import ObjectStorage

/// Proves that a dump is complete and readable, or says what is wrong: `receipt verify`.
///
/// Every file is looked at; one bad file never hides another. Nothing is written.
public struct Verify: Sendable {
  /// What may be chosen.
  public var options: VerifyOptions
  /// The counters that a display may read.
  public let progress: Progress

  /// A verification with options.
  public init(options: VerifyOptions = VerifyOptions(), progress: Progress = Progress()) {
    self.options = options
    self.progress = progress
  }

  /// Verifies the dump of a location.
  ///
  /// A dump that is not sound is a normal result, not an error; so is a missing receipt.
  ///
  /// - Throws: ``OperationError`` if the location itself cannot be read.
  public func run(_ store: any ObjectStore) async throws -> VerifyReport {
    let clock = ContinuousClock()
    let start = clock.now
    var report = VerifyReport(
      location: store.description, level: options.level, tables: [], findings: [], seconds: 0)
    do {
      try await verify(store, &report)
    } catch let error as OperationError where !error.findings.isEmpty {
      report.findings += error.findings
    } catch {
      throw OperationError(error)
    }
    report.traffic = store.traffic
    report.seconds = start.duration(to: clock.now).inSeconds
    return report
  }

  private func verify(_ store: any ObjectStore, _ report: inout VerifyReport) async throws {
    let listing = try await DumpListing(store)
    report.timestamp = listing.receipt.timestamp
    report.findings = listing.check.findings
    var manifest: ManifestCheck?
    switch try await Manifest.of(listing.receipt, in: store) {
    case .success(let found):
      manifest = ManifestCheck(found)
      report.manifest = found.exporter
      report.findings += ManifestCheck(found).findings(listing.check.tables)
    case .failure(let failure): report.findings.append(failure.finding)
    case nil: break
    }
    let kept =
      options.level == .deep
      ? KeptObjects(maxMemoryByteCount: options.maxMemoryByteCount) : nil
    let survey = try await DumpSurvey(
      listing, footers: options.level > .quick, threadCount: options.threadCount,
      maxMemoryByteCount: options.maxMemoryByteCount, kept: kept, progress: progress)
    report.tables = survey.tables.map(\.line)
    report.findings += survey.findings
    if let manifest { report.add(manifest, survey.readings) }
    if options.level == .deep {
      let deep = try await DeepCheck(
        listing: listing, threadCount: options.threadCount,
        maxMemoryByteCount: options.maxMemoryByteCount, manifest: manifest,
        kept: kept?.takeAll() ?? [:]
      ).run(survey.readings, progress: progress)
      report.add(deep)
    }
    if let earlier = options.earlier {
      do {
        try await compare(survey, with: earlier, &report)
      } catch let error as CancellationError {
        throw error
      } catch {
        // It says nothing about this dump, whose findings must not be lost over it.
        let cause = OperationError(error)
        report.findings.append(
          Finding(
            .fileUnreadable, at: Finding.Place(file: earlier.description),
            "cannot compare with the earlier dump: \(cause.message)", hint: cause.hint))
      }
    }
  }

  private func compare(
    _ survey: DumpSurvey, with earlier: any ObjectStore, _ report: inout VerifyReport
  ) async throws {
    let old = try await DumpSurvey(
      DumpListing(earlier), footers: true, threadCount: options.threadCount, progress: progress)
    let new =
      options.level > .quick
      ? survey
      : try await DumpSurvey(
        survey.listing, footers: true, threadCount: options.threadCount, progress: progress)
    report.against = old.listing.receipt.timestamp
    report.findings += new.findings(since: old, rowDropRule: options.rowDropRule)
  }
}

extension VerifyReport {
  /// Adds what the manifest says of the footers; what other files have shown is not said twice.
  fileprivate mutating func add(_ manifest: ManifestCheck, _ readings: [FileReading]) {
    let known = Set(findings.filter { $0.code == .schemaDiffers }.map(\.place.file))
    for reading in readings {
      guard let facts = try? reading.facts.get() else { continue }
      findings += manifest.findings(
        file: reading.file.key, rowCount: facts.rowCount, columns: facts.columns
      ).filter { $0.code != .schemaDiffers || !known.contains($0.place.file) }
    }
  }

  /// Adds what reading every value has shown.
  fileprivate mutating func add(_ deep: [DeepCheck.FileResult]) {
    for index in tables.indices {
      let results = deep.filter { $0.table == tables[index].name }
      let checked = results.reduce(0) { $0 + $1.checkedPageCount }
      let unchecked = results.reduce(0) { $0 + $1.uncheckedPageCount }
      tables[index].checkedPages = checked
      tables[index].uncheckedPages = unchecked
      findings += results.flatMap(\.findings)
      if unchecked > 0 {
        let files = results.filter { $0.uncheckedPageCount > 0 }.count
        findings.append(
          Finding(
            .pageCRCAbsent, at: Finding.Place(table: tables[index].name),
            "\(unchecked) of \(checked + unchecked) pages in \(files) of \(results.count) files "
              + "have no CRC: that their content is what was written is not provable"))
      }
    }
  }
}
