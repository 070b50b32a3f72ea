import Dump

/// A plan as a script that people read, and that the engine's own client runs.
public enum PlanScript {
  /// The text, a line feed behind every line.
  public static func text(_ plan: CopyPlan) -> String {
    var lines = header(plan)
    for (index, step) in plan.steps.enumerated() {
      lines += ["", "-- \(index + 1). \(line(step.title))"]
      lines += text(step, plan.target)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func header(_ plan: CopyPlan) -> [String] {
    let files = plan.tables.reduce(0) { $0 + $1.files }
    var lines = [
      "-- Copies dump \(plan.timestamp) from \(line(plan.location)) into \(plan.target.title):",
      "-- tables: \(plan.tables.count), files: \(files), rows: \(plan.rowCount), switch: "
        + "\(plan.switching.rawValue).",
      "--",
    ]
    lines += plan.notes.map { "-- \(line($0))" }
    switch plan.target {
    case .redshift:
      lines.append("-- The database and the buckets must be in one region. Manifests:")
      lines += plan.manifests.map { "--   \(line($0.url))" }
    case .duckdb where plan.location.hasPrefix("s3://"):
      lines.append("-- S3 needs: INSTALL httpfs; LOAD httpfs; and a secret, such as")
      lines.append("-- INSTALL aws; CREATE SECRET (TYPE s3, PROVIDER credential_chain);")
    case .clickhouse:
      lines.append("-- The server reads S3 with its own credentials.")
    case .duckdb, .snowflake: break
    }
    lines += plan.findings.map { "-- \($0.severity.rawValue): \(line($0.description))" }
    return lines
  }

  private static func text(_ step: CopyPlan.Step, _ target: CopyTarget) -> [String] {
    if step.isTransaction, target == .snowflake {
      return [SnowflakeBlock.text(step.statements, comments: true) + ";"]
    }
    let statements = step.statements.flatMap { statement in
      (statement.comment.map { ["-- \(line($0))"] } ?? []) + [statement.sql + ";"]
    }
    return step.isTransaction ? ["BEGIN;"] + statements + ["COMMIT;"] : statements
  }

  /// A text that stays in its line, whatever names are in it.
  static func line(_ text: String) -> String {
    String(
      text.map { character in
        character.isNewline || character.unicodeScalars.contains { $0.value < 0x20 }
          ? " " : character
      })
  }
}
