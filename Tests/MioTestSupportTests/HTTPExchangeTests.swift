@testable import ExampleSupport
import MioCore
import MioTestSupport
import TestHelpers
import Testing

/// The answers of `http-hello`, without its server.
struct HTTPExchangeTests {
  private static let hello = "Content-Type: text/plain\r\nContent-Length: 14\r\n\r\nhello, world!\n"
  private static let ok = "HTTP/1.1 200 OK\r\n" + hello

  /// Returns the answers to bytes that arrive in pieces of this size, and whether the connection
  /// then ends.
  private func answers(to text: String, piece: Int = .max) throws -> (text: String, isEnding: Bool)
  {
    let pair = MockStream.pair()
    var exchange = HTTPExchange()
    var answers = ""
    var rest = ContiguousArray(text.utf8)[...]
    while !rest.isEmpty {
      let part = ContiguousArray(
        rest.prefix(min(piece, HTTPRequest.longestHead - exchange.input.count)))
      rest = rest.dropFirst(part.count)
      _ = try pair.first.write(part.span)
      while let count = try exchange.fill(from: pair.second), count > 0 {}
      repeat {
        exchange.answer()
        let output = exchange.output
        output.withBytes { bytes in
          answers += String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
        exchange.output.removeAll()
      } while !exchange.output.isEmpty
    }
    return (answers, exchange.isEnding)
  }

  private func answer(to text: String) throws -> String {
    let atOnce = try answers(to: text)
    let inPieces = try answers(to: text, piece: 1)
    #expect(atOnce == inPieces)
    return atOnce.text
  }

  private func status(_ text: String) throws -> String {
    String(try answer(to: text).dropFirst(9).prefix(3))
  }

  @Test
  func `a request for the root is answered with the greeting, and other paths with 404`() throws {
    #expect(try answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\r\n") == Self.ok)
    #expect(try answer(to: "GET http://a HTTP/1.1\r\nHost: b\r\n\r\n") == Self.ok)
    #expect(
      try answer(to: "GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
        == "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    #expect(try status("GET * HTTP/1.1\r\nHost: a\r\n\r\n") == "400")
  }

  @Test
  func `a HEAD request is answered without a body, and other methods are refused`() throws {
    let head = try answer(to: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(head == String(Self.ok.dropLast(14)))
    #expect(
      try answer(to: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
        == "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nContent-Length: 0\r\n\r\n")
    #expect(try status("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") == "405")
    #expect(try status("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n") == "405")
    #expect(try status("get / HTTP/1.1\r\nHost: a\r\n\r\n") == "405")
  }

  @Test
  func `consecutive requests are answered in order, and their bodies are skipped`() throws {
    let body = String(repeating: "GET /x HTTP/1.1\r\nHost: a\r\n\r\n", count: 700)
    let text =
      "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n"
      + "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
      + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
    let (answers, isEnding) = try answers(to: text, piece: 900)
    #expect(
      answers == Self.ok + "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" + Self.ok
        + "HTTP/1.1 200 OK\r\nConnection: close\r\n" + Self.hello)
    #expect(isEnding)
  }

  @Test
  func `answers wait until the output has space`() throws {
    var exchange = HTTPExchange()
    let pair = MockStream.pair()
    let text = String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 100)
    _ = try pair.first.write(text)
    _ = try exchange.fill(from: pair.second)
    exchange.answer()
    let first = exchange.answerCount
    #expect((30..<50).contains(first))
    exchange.answer()
    #expect(exchange.answerCount == first)
    while exchange.answerCount < 100 {
      let before = exchange.answerCount
      exchange.output.removeAll()
      exchange.answer()
      try #require(exchange.answerCount > before)
    }
  }

  @Test
  func `an HTTP 1.0 connection is closed unless the client requests keep-alive`() throws {
    let closed = try answers(to: "GET / HTTP/1.0\r\n\r\n")
    #expect(closed.text == "HTTP/1.1 200 OK\r\nConnection: close\r\n" + Self.hello)
    #expect(closed.isEnding)
    let kept = try answers(to: "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
    #expect(kept.text == "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n" + Self.hello)
    #expect(!kept.isEnding)
  }

  @Test
  func `a request that expects 100 Continue receives it, or the connection ends`() throws {
    let fields = "Host: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    #expect(
      try answer(to: "GET / HTTP/1.1\r\n\(fields)ab") == "HTTP/1.1 100 Continue\r\n\r\n" + Self.ok)
    let refused = try answers(to: "POST / HTTP/1.1\r\n\(fields)")
    #expect(refused.text.hasPrefix("HTTP/1.1 405 "))
    #expect(refused.isEnding)
    // Without a body there is nothing to wait for.
    #expect(try answer(to: "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n") == Self.ok)
  }

  @Test
  func `a chunked body is skipped, and its request is answered`() throws {
    let head = "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
    let body = "3;x=y\r\nabc\r\n12\r\nGET / HTTP/1.1\r\n\r\n\r\n0\r\nX: y\r\n\r\n"
    let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(try answer(to: head + "\r\n" + body + get) == Self.ok + Self.ok)
    #expect(
      try answer(to: head + "Expect: 100-continue\r\n\r\n" + body)
        == "HTTP/1.1 100 Continue\r\n\r\n" + Self.ok)
    let post = head.replacing("GET", with: "POST") + "\r\n"
    #expect(try answer(to: post + body + get).hasSuffix("\r\nContent-Length: 0\r\n\r\n" + Self.ok))
    let long = String(repeating: "x", count: 100_000)
    #expect(try answer(to: post + "186a0\r\n\(long)\r\n0\r\n\r\n" + get).hasSuffix(Self.ok))
  }

  @Test
  func `a chunked body that is refused ends the connection`() throws {
    let head = "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    let long = String(repeating: "x", count: 9000)
    for (body, status) in [
      ("x\r\n", "400"), ("1\r\nxx\r\n", "400"), ("100000\r\n", "413"), ("1;\(long)", "400"),
      ("0\r\nX: \(long)", "431"),
    ] {
      let (text, isEnding) = try answers(to: head + body + "\r\n\r\n" + get)
      #expect(text.dropFirst(9).hasPrefix(status + " "))
      #expect(text.contains("Connection: close\r\nContent-Length: 0\r\n\r\n"))
      #expect(text.count < 120 && isEnding)
    }
  }

  @Test
  func `a head of 8 KiB is accepted, and a larger head is refused`() throws {
    func head(of count: Int) -> String {
      let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
      return start + String(repeating: "x", count: count - start.utf8.count - 4) + "\r\n\r\n"
    }
    #expect(try answer(to: head(of: 8191)) == Self.ok)
    #expect(try answer(to: head(of: 8192)) == Self.ok)
    #expect(try status(head(of: 8193)) == "431")
    #expect(try answer(to: head(of: 8192) + head(of: 8192)) == Self.ok + Self.ok)
    #expect(try status("GET /" + String(repeating: "x", count: 9000)) == "414")
  }

  @Test
  func `no request is answered after a refusal`() throws {
    let (answers, isEnding) = try answers(to: "nonsense\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answers == "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    #expect(isEnding)
  }

  @Test
  func `a connection whose input is full reads again after requests were answered`() throws {
    let pair = MockStream.pair()
    let get = String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 49)
    let post = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n"
    _ = try pair.first.write(get + post + String(repeating: "x", count: 20_000))
    var connection = HTTPConnection(pair.second)
    _ = try connection.serve(Event(token: 1, readiness: .readable))
    _ = try connection.serve(Event(token: 1, readiness: .writable))
    let answerCount = connection.exchange.answerCount
    #expect(answerCount == 50)
  }
}
