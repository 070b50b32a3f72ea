/// Text of HTML put together from parts, everything that is not a tag escaped.
///
/// A page needs no script, no font and nothing else from anywhere; it follows the reader's choice of
/// light or dark.
struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// The text, escaped where it must be.
  private(set) var text: String

  /// Markup that a programmer has written.
  init(stringLiteral markup: String) { text = markup }

  /// Markup with values in it: texts are escaped, markup is put in as it is.
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ markup: String) { text += markup }

    mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }

    mutating func appendInterpolation(_ value: some BinaryInteger) { text += String(value) }

    mutating func appendInterpolation(_ markup: HTML) { text += markup.text }

    mutating func appendInterpolation(_ markup: [HTML]) {
      for part in markup { text += part.text }
    }
  }

  /// A text in which nothing is markup; what would turn or hide it is shown.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\n": out += "\n"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format: out += "\\u{\(String(scalar.value, radix: 16))}"
        default: out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }
}
