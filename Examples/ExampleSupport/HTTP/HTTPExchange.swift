public import MioCore

/// The received requests and the pending answers of an HTTP connection, without the connection.
///
/// Requests are answered in order (RFC 9112, section 9.3.2), and only while the answers fit into
/// the output. A client that sends requests but does not read the answers is therefore not read any
/// further.
@usableFromInline
struct HTTPExchange {
  /// The received bytes, at most as many as the longest head has.
  ///
  /// A head that does not end within them is too large.
  @usableFromInline
  var input = StreamBuffer(minimumCapacity: inputLimit)

  /// The answers that are not sent yet, at most ``outputLimit`` bytes.
  @usableFromInline
  var output = StreamBuffer(minimumCapacity: outputLimit)

  @usableFromInline
  static var inputLimit: Int { HTTPRequest.longestHead }

  private static let outputLimit = 4096

  /// Whether the last answer was given.
  ///
  /// All bytes that arrive after it are discarded.
  @usableFromInline
  private(set) var isEnding = false

  /// The number of answered requests.
  @usableFromInline
  private(set) var answerCount = 0

  private var parser = HTTPRequestParser()

  /// The answer that is given when the body of the request has arrived.
  private var nextAnswer: HTTPResponse?

  /// The number of bytes of that body that have not arrived yet.
  private var bodyRest = 0

  @usableFromInline
  init() {}

  /// Whether requests must be answered before more bytes can be read.
  @usableFromInline
  var isInputFull: Bool { input.count >= Self.inputLimit }

  /// Reads once.
  ///
  /// - Returns: The number of bytes that were read; 0 at the end of the stream; `nil` if reading
  ///   would block.
  @inlinable
  mutating func fill<Stream: ByteReader & ~Copyable>(
    from stream: borrowing Stream
  ) throws(IOError) -> Int? {
    try input.fill(from: stream, upTo: Self.inputLimit)
  }

  /// Answers the received requests, as long as the answers fit into the output.
  @usableFromInline
  mutating func answer() {
    while !isEnding, output.count <= Self.outputLimit - HTTPResponse.longest {
      skipBody()
      if bodyRest > 0 { return }
      if let answer = nextAnswer {
        nextAnswer = nil
        give(answer)
      } else if !parse() {
        return
      }
    }
    if isEnding { input.removeAll() }
  }

  private mutating func skipBody() {
    let count = min(bodyRest, input.count)
    input.removeFirst(count)
    bodyRest -= count
  }

  /// Parses up to the end of a head.
  ///
  /// - Returns: Whether a head was found or refused; `false` if more bytes are needed.
  private mutating func parse() -> Bool {
    // The parser is copied, because `self` cannot be changed while the bytes of the input are used.
    var parser = parser
    let finding = input.withBytes { parser.parse($0) }
    self.parser = parser
    switch finding {
    case .incomplete where isInputFull:
      give(HTTPResponse(refusing: parser.isInRequestLine ? .uriTooLong : .headerFieldsTooLarge))
    case .incomplete:
      return false
    case .refused(let status):
      give(HTTPResponse(refusing: status))
    case .complete(let request):
      let answer = input.withBytes { HTTPResponse(to: request, in: $0) }
      input.removeFirst(request.headLength)
      take(request, answer)
    }
    return true
  }

  private mutating func take(_ request: HTTPRequest, _ answer: HTTPResponse) {
    bodyRest = request.bodyLength
    nextAnswer = answer
    guard request.expectsContinue else { return }
    if answer.status == .ok {
      output.append("HTTP/1.1 100 Continue\r\n\r\n")
    } else {
      // The client may send the body after this answer or not, so the next request cannot be found.
      nextAnswer = nil
      give(HTTPResponse(refusing: answer.status))
    }
  }

  private mutating func give(_ answer: HTTPResponse) {
    answer.append(to: &output)
    answerCount += 1
    isEnding = answer.closes
  }
}
