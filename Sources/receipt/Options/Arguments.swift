public import ArgumentParser
import Dump
public import Operations
public import SQLiteTables

extension VerifyOptions.Level: ExpressibleByArgument {}
extension LoadOptions.Application: ExpressibleByArgument {}
extension LoadOptions.Publishing: ExpressibleByArgument {}
extension LoadOptions.SchemaRule: ExpressibleByArgument {}
extension LoadOptions.Verification: ExpressibleByArgument {}
extension TablePreset: ExpressibleByArgument {}
extension ConversionOptions.Nesting: ExpressibleByArgument {}
extension ConversionOptions.DecimalForm: ExpressibleByArgument {}
extension ConversionOptions.UInt64Form: ExpressibleByArgument {}

/// Reads `20%` or `0.5%`; the message of anything else says what is wrong with it.
func percentage(_ argument: String) throws -> Percentage {
  do throws(DumpError) {
    return try Percentage(parsing: argument)
  } catch {
    throw ValidationError(error.description)
  }
}

/// Reads `04:00,15:00`; the message of anything else says what is wrong with it.
func schedule(_ argument: String) throws -> Schedule {
  do throws(DumpError) {
    return try Schedule(parsing: argument)
  } catch {
    throw ValidationError(error.description)
  }
}

/// A size such as `256MiB`, `1GB` or `65536`.
struct ByteCount: ExpressibleByArgument {
  let value: Int64

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let unit = argument.dropFirst(digits.count).lowercased()
    let factors: [String: Int64] = [
      "": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000,
      "k": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mib": 1 << 20, "g": 1 << 30, "gib": 1 << 30,
    ]
    guard let number = Int64(digits), let factor = factors[unit] else { return nil }
    let (value, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow, value > 0 else { return nil }
    self.value = value
  }
}

/// Names separated by commas.
struct NameList: ExpressibleByArgument {
  let names: [String]

  init?(argument: String) {
    names = argument.split(separator: ",").map(String.init)
    if names.isEmpty { return nil }
  }
}
