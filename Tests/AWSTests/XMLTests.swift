import Testing

@testable import AWS

/// Documents of services, and what is no such thing.
struct XMLTests {
  @Test func `a document becomes a tree`() throws {
    let root = try XMLElement.parse(
      Array(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <s3:List xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/">
          <Key>a &amp; b&#x41;</Key><Key>  kept  </Key><Empty/>
          <Owner><ID>ü</ID></Owner><![CDATA[]]>
        </s3:List>
        """.utf8))
    #expect(root.name == "List")
    #expect(root.all("Key").map(\.text) == ["a & bA", "  kept  "])
    #expect(root["Owner"]?.text("ID") == "ü")
    #expect(root["Empty"]?.text == "")
    #expect(root["None"] == nil)
  }

  @Test(arguments: [
    "", "<a>", "<a></b>", "text", "<a/><b/>", "<a>&undefined;</a>", "<a b=1/>",
    "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
    String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100),
  ])
  func `what is no such document is refused`(_ text: String) {
    #expect(throws: XMLError.self) { try XMLElement.parse(Array(text.utf8)) }
  }

  @Test func `texts are escaped so that they come back`() throws {
    let text = "a&b<c>\"d'\t\u{1f642}"
    let root = try XMLElement.parse(Array("<a>\(XMLElement.escaped(text))</a>".utf8))
    #expect(root.text == text)
  }
}
