import MioCore
import MioTestSupport
import TestHelpers
import Testing

struct TextWritingTests {
  @Test(arguments: [
    "", "a", "hello\n", "ä→🌍", String(repeating: "long enough for the heap ", count: 9),
  ])
  func `a string is written in UTF-8`(_ text: String) throws {
    let pair = MockStream.pair()
    #expect(try pair.first.write(text) == text.utf8.count)
    #expect(try pair.second.drain() == Array(text.utf8))
  }

  @Test
  func `a constant string is written in UTF-8`() throws {
    let pair = MockStream.pair()
    let greeting: StaticString = "grüß dich"
    #expect(try pair.first.write(greeting) == 11)
    #expect(try pair.second.drain() == Array("grüß dich".utf8))
  }

  @Test
  func `a constant character is written in UTF-8`() throws {
    let pair = MockStream.pair()
    let smile = StaticString(unicodeScalarLiteral: "☺")
    #expect(try pair.first.write(smile) == 3)
    #expect(try pair.second.drain() == Array("☺".utf8))
  }

  @Test
  func `a short write of a text returns the number of bytes`() throws {
    let pair = MockStream.pair()
    pair.first.transferLimit = 3
    #expect(try pair.first.write("öö") == 3)
    let constant: StaticString = "öö"
    #expect(try pair.first.write(constant) == 3)
  }

  @Test
  func `writing a text to a full stream would block`() throws {
    let pair = MockStream.pair(capacity: 1)
    #expect(try pair.first.write("ab") == 1)
    #expect(try pair.first.write("ab") == nil)
    let constant: StaticString = "ab"
    #expect(try pair.first.write(constant) == nil)
  }

  @Test
  func `writing a text after a shutdown throws brokenPipe`() throws {
    let pair = MockStream.pair()
    pair.first.shutdown(.write)
    let constant: StaticString = "ab"
    expectError(.brokenPipe) { () throws(IOError) in try pair.first.write("ab") }
    expectError(.brokenPipe) { () throws(IOError) in try pair.first.write(constant) }
  }
}
