/// A colour by what it says; the style has one for light and one for dark.
enum PageColour: String {
  case good
  case bad
  case warn
  case busy
  case soft
  /// Says nothing but that it is another one.
  case other

  /// As an attribute of SVG.
  var reference: String { "var(--\(rawValue))" }
}

/// A mark of 16 × 16 whose shape tells as much as its colour.
struct PageMark {
  /// What it looks like.
  enum Shape {
    case disc
    case square
    case ring
    case dashes
    case cross
  }

  let shape: Shape
  let colour: PageColour
  /// Half its width.
  var radius = 7

  /// The mark of a dump: what is well is a disc, what is wrong a square, what is on its way a ring.
  init(_ colour: PageColour) {
    self.colour = colour
    switch colour {
    case .good, .soft, .other: shape = .disc
    case .bad: shape = .square
    case .warn, .busy: shape = .ring
    }
  }

  init(_ shape: Shape, _ colour: PageColour, radius: Int = 7) {
    self.shape = shape
    self.colour = colour
    self.radius = radius
  }

  /// The mark around the origin.
  func svg(_ title: String) -> HTML {
    let name: HTML = title.isEmpty ? "" : "<title>\(title)</title>"
    let paint = colour.reference
    let r = radius
    switch shape {
    case .disc: return #"<circle r="\#(r)" fill="\#(paint)">\#(name)</circle>"#
    case .square:
      return """
        <rect x="\(-r)" y="\(-r)" width="\(2 * r)" height="\(2 * r)" fill="\(paint)">\(name)</rect>
        """
    case .ring:
      return #"""
        <circle r="\#(r - 1)" fill="var(--card)" stroke="\#(paint)" stroke-width="3">\#(name)</circle>
        """#
    case .dashes:
      return #"""
        <circle r="\#(r - 1)" fill="var(--card)" stroke="\#(paint)" stroke-width="2" \#
        stroke-dasharray="3 2">\#(name)</circle>
        """#
    case .cross:
      return #"""
        <path d="M-\#(r - 1) -\#(r - 1)L\#(r - 1) \#(r - 1)M\#(r - 1) -\#(r - 1)L-\#(r - 1) \#(r - 1)" \#
        stroke="\#(paint)" stroke-width="3">\#(name)</path>
        """#
    }
  }

  /// The mark in a line of text.
  var inline: HTML {
    """
    <svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">\(svg(""))</svg>
    """
  }
}
