public import ArgumentParser
public import Warehouse

extension CopyTarget: ExpressibleByArgument {}
extension CopySwitch: ExpressibleByArgument {}
extension NameRule: ExpressibleByArgument {}
extension DriftRule: ExpressibleByArgument {}

extension TextLength: ExpressibleByArgument {
  /// Reads `auto`, or a number of bytes.
  public init?(argument: String) {
    if argument == "auto" {
      self = .fromFooters
    } else if let count = Int(argument), (1...16_777_216).contains(count) {
      self = .fixed(count)
    } else {
      return nil
    }
  }

  /// As it is written.
  public var defaultValueDescription: String {
    switch self {
    case .fromFooters: "auto"
    case .fixed(let count): "\(count)"
    }
  }
}
