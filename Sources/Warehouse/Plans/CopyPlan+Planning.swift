package import Dump

extension CopyPlan {
  /// Plans a copy; pure.
  ///
  /// - Parameters:
  ///   - tables: the tables of the dump, verified.
  ///   - timestamp: the dump's id.
  ///   - location: where it is, as it was given.
  ///   - options: what may be chosen.
  ///   - present: the tables that the target has; `nil` if that is not known.
  /// - Throws: ``WarehouseError`` for a dump that the target cannot hold, and if an option that the
  ///   target needs is missing.
  package init(
    _ tables: [SourceTable], timestamp: Timestamp, location: String, options: WarehouseOptions,
    present: [TargetTable]?
  ) throws(WarehouseError) {
    guard options.target.switches.contains(options.switching) else {
      throw WarehouseError(
        .configuration,
        "cannot switch \(options.target.title) by \(options.switching.rawValue)",
        hint: "it has " + options.target.switches.map(\.rawValue).joined(separator: ", "))
    }
    let draft = try PlanDraft(
      tables, timestamp: timestamp, location: location, options: options, present: present)
    target = options.target
    self.timestamp = timestamp
    self.location = location
    runID = options.runID
    schema = options.schema
    switching = options.switching
    self.tables = draft.described
    findings = draft.findings
    notes = options.switching.guarantee(of: options.target) + draft.assumptions
    manifests = []
    switch options.target {
    case .redshift:
      let plan = try RedshiftPlan(draft)
      manifests = try plan.manifests()
      steps = plan.steps(manifests)
      abandon = plan.abandon()
    case .snowflake:
      let plan = try SnowflakePlan(draft)
      steps = try plan.steps()
      abandon = plan.abandon()
    case .duckdb:
      steps = try DuckDBPlan(draft: draft).steps()
      abandon = []
    case .clickhouse:
      steps = try ClickHousePlan(draft: draft).steps()
      abandon = steps.filter { $0.purpose == .tidy }
    }
  }

  /// Rows of all tables.
  public var rowCount: Int64 { tables.reduce(0) { $0 + $1.rows } }
}
