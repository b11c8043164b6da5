// The request parser of `http-hello`, with inputs from libFuzzer: `scripts/fuzz`.

/// The result of the parser, in a form that can be compared.
private enum Outcome: Equatable {
  case incomplete
  case complete(length: Int, body: Int, isChunked: Bool)
  case refused(HTTPStatus)
}

/// The result of the parser of bodies, and the number of bytes that it has consumed.
private struct BodyOutcome: Equatable {
  var consumed = 0
  var isComplete = false
  var refusal: HTTPStatus?
}

/// The texts that bytes from 128 on represent in half of the inputs: the parts of requests.
private let parts: [String] = [
  "GET / HTTP/1.1\r\n", "GET / HTTP/1.0\r\n", "GET ", "/", " HTTP/1.1", "http://", "Host: a\r\n",
  "Host",
  "Content-Length: 1\r\n", "Content-Length: ", "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding",
  "Connection: close\r\n", "Connection: ", "keep-alive", "Expect: 100-continue\r\n", "X: y\r\n",
  "\r\n", "\r\n\r\n",
  "\r", "\n", "\t", " ", ":", ",", "0", "1", ";", "chunked", "0\r\n\r\n", "3\r\nabc\r\n", "A", "f",
]

private func expand(_ input: ContiguousArray<UInt8>) -> ContiguousArray<UInt8> {
  ContiguousArray(
    input.flatMap { $0 < 128 ? [$0] : Array(parts[Int($0 - 128) % parts.count].utf8) })
}

/// Parses requests in a row, at once and in pieces.
///
/// This is libFuzzer's entry point.
///
/// The first byte determines the size of the pieces, and whether bytes represent parts.
@_cdecl("LLVMFuzzerTestOneInput")
public func parseInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = unsafe ContiguousArray(UnsafeBufferPointer(start: bytes, count: count))
  guard let first = input.first else { return 0 }
  var rest = ContiguousArray(input.dropFirst())
  if first >= 128 { rest = expand(rest) }
  var parser = HTTPRequestParser()
  var slowParser = HTTPRequestParser()
  while true {
    let outcome = parse(rest, &parser, piece: rest.count)
    precondition(parse(rest, &slowParser, piece: Int(first % 32) + 1) == outcome)
    guard case .complete(let length, let body, let isChunked) = outcome else { return 0 }
    checkHead(Array(rest[..<length]), body: body, isChunked)
    var request = HTTPRequest()
    request.headLength = length
    request.bodyLength = body
    request.isChunked = isChunked
    rest.removeFirst(length)
    let bodyOutcome = skipBody(rest, HTTPBody(of: request), piece: rest.count)
    precondition(
      skipBody(rest, HTTPBody(of: request), piece: Int(first % 32) + 1) == bodyOutcome)
    guard bodyOutcome.isComplete else { return 0 }
    if isChunked {
      precondition(chunksEnd(Array(rest)) == bodyOutcome.consumed)
    } else {
      precondition(body == bodyOutcome.consumed)
    }
    rest.removeFirst(bodyOutcome.consumed)
  }
}

/// Skips a body as a connection does, which removes the bytes that are consumed.
private func skipBody(
  _ bytes: ContiguousArray<UInt8>, _ body: HTTPBody, piece: Int
) -> BodyOutcome {
  var body = body
  var outcome = BodyOutcome()
  var count = 0
  while true {
    count = min(count + piece, bytes.count)
    let (finding, consumed) = body.parse(
      bytes.span.extracting(outcome.consumed..<count))
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

/// Returns the end of a chunked body, which is found in another way.
private func chunksEnd(_ bytes: [UInt8]) -> Int? {
  var position = 0
  func line() -> [UInt8]? {
    guard let end = bytes[position...].firstIndex(of: 0x0A), end > position,
      bytes[end - 1] == 0x0D
    else { return nil }
    defer { position = end + 1 }
    return Array(bytes[position..<end - 1])
  }
  while true {
    guard let size = line() else { return nil }
    let digits = size.prefix { Character(Unicode.Scalar($0)).isHexDigit }
    guard let length = Int(String(decoding: digits, as: UTF8.self), radix: 16) else { return nil }
    if length == 0 { break }
    position += length
    guard position < bytes.count, line() == [] else { return nil }
  }
  while let field = line() {
    if field.isEmpty { return position }
    if !field.contains(UInt8(ascii: ":")) { return nil }
  }
  return nil
}

private func parse(
  _ bytes: ContiguousArray<UInt8>, _ parser: inout HTTPRequestParser, piece: Int
) -> Outcome {
  var count = 0
  while true {
    count = min(count + piece, bytes.count)
    switch parser.parse(bytes.span.extracting(first: count)) {
    case .incomplete: if count == bytes.count { return .incomplete }
    case .refused(let status): return .refused(status)
    case .complete(let request):
      // It traps if a range is not within the head.
      _ = request.path(in: bytes.span.extracting(first: request.headLength))
      return .complete(
        length: request.headLength, body: request.bodyLength, isChunked: request.isChunked)
    }
  }
}

/// Checks a complete head in another, slower way.
private func checkHead(_ head: [UInt8], body: Int, _ isChunked: Bool) {
  var lines = head.split(separator: 0x0A, omittingEmptySubsequences: false)
  precondition(lines.popLast() == [])
  for line in lines { precondition(line.last == 0x0D && !line.dropLast().contains(0x0D)) }
  precondition(lines.popLast() == [0x0D])
  let start = lines.firstIndex { $0 != [0x0D] } ?? 0
  let isOld = lines[start].dropLast().last == UInt8(ascii: "0")
  var values: [String: [String]] = [:]
  for line in lines[(start + 1)...] {
    let text = line.dropLast().map { Character(Unicode.Scalar($0)) }
    guard let colon = text.firstIndex(of: ":") else { preconditionFailure("no field") }
    precondition(!text[..<colon].contains { $0 == " " || $0 == "\t" } && colon > 0)
    let value = String(text[(colon + 1)...].filter { $0 != " " && $0 != "\t" })
    values[String(text[..<colon]).lowercased(), default: []].append(value)
  }
  precondition(
    values["transfer-encoding"].map { $0.map { $0.lowercased() } }
      == (isChunked ? ["chunked"] : nil))
  precondition(!isChunked || !isOld && values["content-length"] == nil)
  precondition(values["host", default: []].count == 1 || isOld && values["host"] == nil)
  let lengths = values["content-length", default: []]
  precondition(lengths.count <= 1 && lengths.map { Int($0) } == (lengths.isEmpty ? [] : [body]))
  precondition(!lengths.isEmpty || body == 0)
}
