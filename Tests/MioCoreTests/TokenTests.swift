import MioCore
import Testing

struct TokenTests {
  @Test
  func `tokens are ordered by their numbers`() {
    #expect(Token(1) < Token(2))
    #expect(!(Token(2) < Token(2)))
    #expect(!(Token(.max) < Token(2)))
  }

  @Test(arguments: [0, 1, 1 << 63, .max] as [UInt])
  func `a token that is stored as a word can be restored from the word`(_ word: UInt) {
    let token = Token(rawValue: word)
    #expect(token == Token(word))
    #expect(Token(rawValue: token.rawValue) == token)
  }
}
