import SDEIDiff
import Testing

@Suite("JSON Pointer")
struct JSONPointerTests {
  @Test(
    "a text gives its tokens, and they the text",
    arguments: [
      ("", []), ("/", [""]), ("/a", ["a"]), ("/a/0", ["a", "0"]), ("/a~1b", ["a/b"]),
      ("/m~0n", ["m~n"]), ("/~01", ["~1"]), ("/~10", ["/0"]), ("//", ["", ""]), ("/ ", [" "]),
      ("/\"\\", ["\"\\"]), ("/ü/-", ["ü", "-"]), ("/~0~1~1~0", ["~//~"]),
    ] as [(String, [String])]
  )
  func tokens(text: String, tokens: [String]) {
    #expect(JSONPointer(parsing: text)?.tokens == tokens)
    #expect(JSONPointer(tokens).description == text)
  }

  @Test(
    "what is no pointer is refused",
    arguments: ["a", "a/b", "#/a", " /a", "/~", "/a~", "/~2", "/a~b/c", "/~~0"]
  )
  func refused(text: String) {
    #expect(JSONPointer(parsing: text) == nil)
  }
}
