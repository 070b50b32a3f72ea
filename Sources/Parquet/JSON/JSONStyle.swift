/// How values that JSON has no form for are written.
public struct JSONStyle: Sendable, Hashable, BitwiseCopyable {
  enum Form {
    case plain
    case canonical
  }

  let form: Form
  /// Whether local timestamps are written with a `Z`, for writers such as BigQuery that store
  /// instants without saying so.
  public var assumesUTC = false

  /// JSON for people and programs: binary is a base64 string, maps with text keys are objects,
  /// other maps are arrays of pairs, intervals are ISO 8601 durations.
  public static let plain = JSONStyle(form: .plain)

  /// JSON that keeps every type apart, for comparing readers: binary is `{"$binary":"…"}`, all
  /// maps are arrays of pairs, intervals are `{"$interval":[months,days,milliseconds]}`, times
  /// outside of the day are `{"$time":…}`.
  public static let canonical = JSONStyle(form: .canonical)
}
