/// Statements as one: a block that undoes all of them if one fails.
///
/// A failed statement does not end a transaction in Snowflake, and a session that goes away may
/// leave it open with all its locks; the block rolls it back itself.
enum SnowflakeBlock {
  static func text(_ statements: [CopyPlan.Statement], comments: Bool = false) -> String {
    let body = statements.map { statement in
      let comment = comments ? statement.comment.map { "  -- \(PlanScript.line($0))\n" } ?? "" : ""
      // Its further lines stay as they are: a line may end within a name or a text.
      return comment + "  " + statement.sql + ";\n"
    }.joined()
    let text =
      "BEGIN\n  BEGIN TRANSACTION;\n" + body + "  COMMIT;\n  RETURN 'committed';\n"
      + "EXCEPTION\n  WHEN OTHER THEN\n    ROLLBACK;\n    RAISE;\nEND;\n"
    if !text.contains("$$") { return "EXECUTE IMMEDIATE $$\n\(text)$$" }
    let quoted = Dialect(target: .snowflake, names: .keep).literal(text)
    return "EXECUTE IMMEDIATE \(quoted)"
  }
}
