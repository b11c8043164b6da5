@testable import ExampleSupport
import TestHelpers
import Testing

/// The request parser of `http-hello`: the rules of RFC 9112, however the request is split.
struct HTTPRequestParserTests {
  /// The result of a parser, in a form that can be compared.
  enum Outcome: Equatable {
    case incomplete
    case complete(length: Int, body: Int, keepsAlive: Bool)
    case refused(HTTPStatus)
  }

  /// The result of a parser for transfer codings.
  enum CodingOutcome: Equatable {
    case chunked
    case other
    case refused(HTTPStatus)
  }

  private func outcome(of finding: HTTPRequestParser.Finding) -> Outcome {
    switch finding {
    case .incomplete: .incomplete
    case .refused(let status): .refused(status)
    case .complete(let request):
      .complete(
        length: request.headLength, body: request.bodyLength, keepsAlive: request.keepsAlive)
    }
  }

  /// Parses a text at once, and byte by byte.
  ///
  /// Both results must be the same.
  private func parse(_ text: String) -> Outcome {
    let bytes = ContiguousArray(text.utf8)
    var parser = HTTPRequestParser()
    let atOnce = outcome(of: parser.parse(bytes.span))
    var slowParser = HTTPRequestParser()
    var inPieces = Outcome.incomplete
    for count in 1...max(1, bytes.count) where inPieces == .incomplete {
      inPieces = outcome(
        of: slowParser.parse(bytes.span.extracting(first: min(count, bytes.count))))
    }
    #expect(inPieces == atOnce)
    return atOnce
  }

  private func request(_ line: String, _ fields: String...) -> Outcome {
    parse(([line] + fields).map { $0 + "\r\n" }.joined() + "\r\n")
  }

  @Test
  func `a request head is complete after its empty line`() {
    let text = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(parse(text) == .complete(length: 27, body: 0, keepsAlive: true))
    #expect(parse(String(text.dropLast())) == .incomplete)
    #expect(parse("") == .incomplete)
    #expect(parse(text + "GET") == .complete(length: 27, body: 0, keepsAlive: true))
  }

  @Test
  func `empty lines before a request are skipped`() {
    #expect(
      parse("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        == .complete(length: 31, body: 0, keepsAlive: true))
  }

  @Test
  func `a parser continues with the next request`() {
    let text = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\n"
    var parser = HTTPRequestParser()
    let first = ContiguousArray(text.utf8)
    #expect(
      outcome(of: parser.parse(first.span)) == .complete(length: 65, body: 1, keepsAlive: false))
    let second = ContiguousArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    #expect(
      outcome(of: parser.parse(second.span)) == .complete(length: 27, body: 0, keepsAlive: true))
  }

  @Test(arguments: [
    // Section 2.2: a line ends with both characters, and a carriage return is not permitted
    // elsewhere.
    "GET / HTTP/1.1\nHost: a\n\n", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
    "GET / HTTP/1.1\r\nHost: a\rb: c\r\n\r\n", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
    // Section 2.2: no white space between the request line and the first field.
    "GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n",
    // Section 3: single spaces, a token, a target, a version.
    "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
    " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
    "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /\r\n\r\n", "GET\r\n\r\n", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / http/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
    "GET / HTTP/11\r\nHost: a\r\n\r\n", "GET / HTTP/ 1.1\r\nHost: a\r\n\r\n",
    "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n",
    // Section 3.2: one host.
    "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
    "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
    // Section 5: a name and a colon without white space between them, and no continued lines.
    "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost\r\n\r\n",
    "GET / HTTP/1.1\r\n: a\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX\u{e9}: a\r\n\r\n",
  ])
  func `a malformed request is refused`(_ text: String) {
    #expect(parse(text) == .refused(.badRequest))
  }

  @Test
  func `other major versions of HTTP are refused, and later minor versions are accepted`() {
    #expect(request("GET / HTTP/2.0", "Host: a") == .refused(.versionNotSupported))
    #expect(request("GET / HTTP/0.9") == .refused(.versionNotSupported))
    #expect(
      request("GET / HTTP/1.2", "Host: a") == .complete(length: 27, body: 0, keepsAlive: true))
  }

  @Test
  func `the content length must be one field that contains only digits`() {
    for value in ["", "-1", "+1", "0x1", "1 1", "1,1", "1, 1", "1;", "\u{661}", "1\t1", "1.0"] {
      #expect(
        request("GET / HTTP/1.1", "Host: a", "Content-Length: \(value)") == .refused(.badRequest),
        "'\(value)'")
    }
    for second in ["1", "2"] {
      #expect(
        request("GET / HTTP/1.1", "Host: a", "Content-Length: 1", "content-length: \(second)")
          == .refused(.badRequest))
    }
    #expect(
      request("GET / HTTP/1.1", "Host: a", "CONTENT-LENGTH: \t007 ")
        == .complete(length: 50, body: 7, keepsAlive: true))
  }

  @Test
  func `a body that is too long is refused`() {
    let limit = HTTPRequest.longestBody
    func post(_ length: String) -> Outcome {
      request("POST / HTTP/1.1", "Host: a", "Content-Length: \(length)")
    }
    #expect(post("\(limit)") == .complete(length: 53, body: limit, keepsAlive: true))
    #expect(post("\(limit + 1)") == .refused(.contentTooLarge))
    #expect(post("9223372036854775807") == .refused(.contentTooLarge))
    #expect(post("18446744073709551617") == .refused(.contentTooLarge))
    #expect(post(String(repeating: "9", count: 400)) == .refused(.contentTooLarge))
  }

  @Test
  func `the chunked coding is accepted, and other transfer codings are refused`() {
    #expect(outcome("chunked") == .chunked)
    #expect(outcome(" \tCHUNKED ") == .chunked)
    // The server has no decoders for these.
    for codings in ["gzip, chunked", "gzip,deflate , chunked", ",chunked"] {
      #expect(outcome(codings) == .refused(.notImplemented), "'\(codings)'")
    }
    #expect(outcome("gzip", "chunked") == .refused(.notImplemented))
    // Section 6.3: the end of the body is unknown.
    for codings in [
      "", "identity", "xchunked", "chunked;a", "chunked, gzip", "chunked,", "chunked, chunked",
      "chunked chunked", "\"chunked\"", "chunked\u{b}",
    ] {
      #expect(outcome(codings) == .refused(.badRequest), "'\(codings)'")
    }
    #expect(outcome("chunked", "identity") == .refused(.badRequest))
    #expect(outcome("chunked", "chunked") == .refused(.badRequest))
  }

  /// Parses a request with a transfer coding field for each argument.
  private func outcome(_ codings: String...) -> CodingOutcome {
    let fields = codings.map { "Transfer-Encoding: \($0)\r\n" }.joined()
    let bytes = ContiguousArray("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
    var parser = HTTPRequestParser()
    switch parser.parse(bytes.span) {
    case .complete(let request): return request.isChunked ? .chunked : .other
    case .refused(let status): return .refused(status)
    case .incomplete: return .other
    }
  }

  @Test
  func `a chunked body together with a length or in HTTP 1.0 is refused`() {
    let line = "POST / HTTP/1.1"
    #expect(
      request(line, "Host: a", "Transfer-Encoding: chunked", "Content-Length: 4")
        == .refused(.badRequest))
    #expect(
      request(line, "Host: a", "Content-Length: 4", "transfer-encoding: chunked")
        == .refused(.badRequest))
    #expect(
      request("POST / HTTP/1.0", "Transfer-Encoding: chunked") == .refused(.badRequest))
    // Other recipients could accept this name as the name of the field.
    #expect(request(line, "Host: a", "Transfer-Encoding : chunked") == .refused(.badRequest))
  }

  @Test
  func `the version and the connection options determine whether a connection stays open`() {
    func keepsAlive(_ version: String, _ options: String...) -> Bool? {
      let text =
        "GET / HTTP/\(version)\r\nHost: a\r\n"
        + options.map { "Connection: \($0)\r\n" }.joined() + "\r\n"
      guard case .complete(_, _, let keepsAlive) = parse(text) else { return nil }
      return keepsAlive
    }
    #expect(keepsAlive("1.1") == true)
    #expect(keepsAlive("1.1", "close") == false)
    #expect(keepsAlive("1.1", "x,\tCLOSE ,y") == false)
    #expect(keepsAlive("1.1", "closed, ,") == true)
    #expect(keepsAlive("1.1", "keep-alive", "close") == false)
    #expect(keepsAlive("1.0") == false)
    #expect(keepsAlive("1.0", "Keep-Alive") == true)
    #expect(keepsAlive("1.0", "keep-alive, close") == false)
  }

  @Test
  func `an unknown expectation is refused`() {
    #expect(request("GET / HTTP/1.1", "Host: a", "Expect: more") == .refused(.expectationFailed))
    #expect(
      request("GET / HTTP/1.0", "Expect: more") == .complete(length: 32, body: 0, keepsAlive: false)
    )
  }

  @Test
  func `the path of a target is found before its query and after its authority`() {
    func path(_ target: String) -> String? {
      let bytes = ContiguousArray("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
      var parser = HTTPRequestParser()
      guard case .complete(let request) = parser.parse(bytes.span) else { return nil }
      return request.path(in: bytes.span).map { String(decoding: bytes[$0], as: UTF8.self) }
    }
    #expect(path("/") == "/")
    #expect(path("/a/b?c/d?e") == "/a/b")
    #expect(path("http://a/b?c") == "/b")
    #expect(path("HTTPS://a:1/") == "/")
    #expect(path("http://a") == "")
    #expect(path("http://a?b") == "")
    for target in ["*", "a", "http:/a", "http://", "http:///", "ftp://a/", "?"] {
      #expect(path(target) == nil, "\(target)")
    }
  }

  @Test
  func `parsing random requests does not depend on how they are split`() {
    let parts = [
      "GET", "HEAD", " ", "/", "HTTP/1.1", "HTTP/1.0", "\r\n", "\r\n", "\n", "\r", ":", "Host: a",
      "Content-Length: ", "0", "7", "Transfer-Encoding: chunked", "Connection: close", ",", "\t",
      "\u{0}", "Expect: 100-continue", "GET / HTTP/1.1\r\nHost: a\r\n",
    ]
    for seed in 0..<2000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var text = Bool.random(using: &random) ? "GET / HTTP/1.1\r\n" : ""
      for _ in 0..<Int.random(in: 0..<12, using: &random) {
        text += parts.randomElement(using: &random) ?? ""
      }
      _ = parse(text)
    }
  }
}
