public import Dump
import SQLiteTables

/// Who has the lease of a database.
public struct LeaseHolder: Sendable, Codable, Hashable {
  /// The command that took it.
  public var owner: String
  /// The name of its machine.
  public var host: String
  /// The number of its process there.
  public var pid: Int64
  /// When it was taken.
  public var takenAt: Timestamp
  /// When its holder was last heard of.
  public var heartbeatAt: Timestamp
  /// When it ends unless it is renewed.
  public var expiresAt: Timestamp
  /// The number of the lease.
  public var fencing: Int64
  /// What the process is, beyond its number.
  let process: String

  private enum CodingKeys: String, CodingKey {
    case owner, host, pid, process, fencing
    case takenAt = "taken_at"
    case heartbeatAt = "heartbeat_at"
    case expiresAt = "expires_at"
  }

  /// The holder, whether its time is over or not; `nil` if nobody has the lease.
  init?(in database: borrowing Database) throws {
    guard try !database.columnNames(of: Lease.tableName).isEmpty else { return nil }
    let statement = try database.prepare(
      """
      SELECT owner, host, pid, taken_at, heartbeat_at, expires_at, fencing, process
      FROM main.\(Lease.tableName) WHERE owner IS NOT NULL
      """)
    guard try statement.step() else { return nil }
    func time(_ column: Int) -> Timestamp {
      (try? Timestamp(parsing: statement.text(column) ?? "")) ?? .earliest
    }
    owner = statement.text(0) ?? ""
    host = statement.text(1) ?? ""
    pid = statement.int64(2)
    takenAt = time(3)
    heartbeatAt = time(4)
    expiresAt = time(5)
    fencing = statement.int64(6)
    process = statement.text(7) ?? ""
  }

  /// Whether the lease counts.
  func isHolding(at now: Timestamp) -> Bool {
    expiresAt > now && !ThisProcess.isGone(process, pid: pid)
  }
}

extension LeaseHolder: CustomStringConvertible {
  /// `receipt load on db1, process 4711, since 2026-11-20T04:10:00.000000Z`.
  public var description: String { "\(owner) on \(host), process \(pid), since \(takenAt)" }
}
