@testable import ExampleSupport
import TestHelpers
import Testing

/// The parser of bodies of `http-hello`: the rules of RFC 9112, section 7.1, however the body is split.
struct HTTPBodyTests {
  /// The result of a parser, in a form that can be compared.
  struct Outcome: Equatable {
    var consumed = 0
    var isComplete = false
    var refusal: HTTPStatus?
  }

  /// Parses a chunked body in pieces of this size.
  private func skip(_ bytes: ContiguousArray<UInt8>, piece: Int, headLength: Int = 0) -> Outcome {
    var request = HTTPRequest()
    request.isChunked = true
    request.headLength = headLength
    var body = HTTPBody(of: request)
    var outcome = Outcome()
    var count = 0
    while true {
      count = min(count + piece, bytes.count)
      let (finding, consumed) = body.parse(bytes.span.extracting(outcome.consumed..<count))
      outcome.consumed += consumed
      switch finding {
      case .incomplete: if count == bytes.count { return outcome }
      case .complete:
        outcome.isComplete = true
        return outcome
      case .refused(let status):
        outcome.refusal = status
        return outcome
      }
    }
  }

  /// Parses a text at once and in pieces of all sizes.
  ///
  /// All results must be the same.
  private func skip(_ text: String, headLength: Int = 0) -> Outcome {
    let bytes = ContiguousArray(text.utf8)
    let atOnce = skip(bytes, piece: max(1, bytes.count), headLength: headLength)
    for piece in 1..<max(2, min(bytes.count, 40)) {
      #expect(skip(bytes, piece: piece, headLength: headLength) == atOnce, "in pieces of \(piece)")
    }
    return atOnce
  }

  private func expectComplete(_ text: String, next: String = "GET /") {
    #expect(skip(text + next) == Outcome(consumed: text.utf8.count, isComplete: true), "'\(text)'")
    #expect(!skip(String(text.unicodeScalars.dropLast())).isComplete)
  }

  @Test
  func `the end of a chunked body is found, and no bytes after it are consumed`() {
    expectComplete("0\r\n\r\n")
    expectComplete("3\r\nabc\r\n0\r\n\r\n")
    expectComplete("a\r\n0\r\n\r\nabcde\r\nA\r\n0123456789\r\n000\r\n\r\n")
    expectComplete("0010\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n")
  }

  @Test
  func `chunk extensions and trailers are skipped`() {
    expectComplete("1;a\r\nx\r\n0;b=c;d=\"e f\"\r\n\r\n")
    expectComplete("1 \t;a\r\nx\r\n0 ; b\r\n\r\n")
    expectComplete("1;\r\nx\r\n0\r\nX: y\r\nContent-Length: 7\r\nTransfer-Encoding:\r\n\r\n")
  }

  @Test(arguments: [
    // Sizes.
    "\r\n", "x\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n", "1 \r\n", "1 1\r\n", "1,\r\n",
    "1.0\r\n",
    "g\r\n", "\u{661}\r\n", ";a\r\n", "1\u{0}\r\n",
    // Ends of lines.
    "1\nx\r\n0\r\n\r\n", "\n", "1\r\nx\n0\r\n\r\n", "1;a\nb\r\nx", "1;a\rb\r\nx", "0\n\n",
    "0\r\n\n",
    "0\r\nX: y\n\r\n", "1;a\r\r\nx", "1;\u{7f}\r\nx",
    // More or less data than the size says.
    "1\r\nxy\r\n0\r\n\r\n", "3\r\nx\r\n0\r\n\r\n", "1\r\n\r\n0\r\n\r\n",
    // Trailers that are not fields.
    "0\r\nX\r\n\r\n", "0\r\n: y\r\n\r\n", "0\r\nX : y\r\n\r\n", "0\r\n X: y\r\n\r\n",
    "0\r\nX: \u{1}\r\n\r\n",
    "0\r\nGET / HTTP/1.1\r\n\r\n",
  ])
  func `a malformed chunked body is refused`(_ text: String) {
    #expect(skip(text).refusal == .badRequest)
  }

  @Test
  func `a chunked body has the same size limit as other bodies`() {
    let limit = HTTPRequest.longestBody
    #expect(skip(String(limit, radix: 16) + "\r\n").refusal == .contentTooLarge)
    for size in [
      "7fffffffffffffff", "ffffffffffffffff", "10000000000000000",
      String(repeating: "f", count: 999),
    ] {
      #expect(skip(size + "\r\n").refusal == .contentTooLarge)
      #expect(skip("1\r\nx\r\n" + size + "\r\n").refusal == .contentTooLarge)
    }
    let size = limit - 20
    let data = String(repeating: "x", count: size)
    let largest = ContiguousArray("\(String(size, radix: 16))\r\n\(data)\r\n0\r\n\r\n".utf8)
    #expect(skip(largest, piece: 4096) == Outcome(consumed: largest.count, isComplete: true))
    // The extensions of chunks count as well.
    let chunk = "1;\(String(repeating: "a", count: 1000))\r\nx\r\n"
    let many = ContiguousArray(String(repeating: chunk, count: 1100).utf8)
    #expect(skip(many, piece: 4096).refusal == .contentTooLarge)
  }

  @Test
  func `trailers count towards the size limit of the head`() {
    let trailer = "X: " + String(repeating: "y", count: 95) + "\r\n"
    let end = "0\r\n" + trailer + trailer + "\r\n"
    let limit = HTTPRequest.longestHead
    #expect(skip(end, headLength: limit - 200).isComplete)
    #expect(skip(end, headLength: limit - 199).refusal == .headerFieldsTooLarge)
  }

  @Test
  func `parsing random chunks does not depend on how they are split`() {
    let parts = [
      "0", "1", "3", "a", "F", "\r\n", "\r\n", "\r\n", "\n", "\r", ";", " ", "abc", "X: y", ":",
      "\t",
      "0\r\n\r\n", "3\r\nabc\r\n", "1;x\r\n",
    ]
    var completeCount = 0
    for seed in 0..<2000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var text = Bool.random(using: &random) ? "3\r\nabc\r\n" : ""
      for _ in 0..<Int.random(in: 0..<8, using: &random) {
        text += parts.randomElement(using: &random) ?? ""
      }
      if skip(text).isComplete { completeCount += 1 }
    }
    #expect(completeCount > 20)
  }
}
