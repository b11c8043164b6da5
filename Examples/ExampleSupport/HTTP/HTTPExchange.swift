public import MioCore

/// What an HTTP connection has received and what it has to send, without the connection.
///
/// Requests are answered in their order (RFC 9112, section 9.3.2), and only while there is room for the answers: a
/// client that sends and does not read is read no further.
@usableFromInline
struct HTTPExchange {
  /// The bytes that came, at most as many as the longest head has: a head that does not end in them is too large.
  @usableFromInline
  var input = StreamBuffer(minimumCapacity: inputLimit)

  /// The answers that were not sent yet, at most ``outputLimit`` bytes.
  @usableFromInline
  var output = StreamBuffer(minimumCapacity: outputLimit)

  @usableFromInline
  static var inputLimit: Int { HTTPRequest.longestHead }

  private static let outputLimit = 4096

  /// Whether the last answer was given.
  ///
  /// What comes from now on is thrown away.
  @usableFromInline
  private(set) var isEnding = false

  /// How many requests were answered.
  @usableFromInline
  private(set) var answerCount = 0

  private var parser = HTTPRequestParser()

  /// The answer that is given when the request's body has come.
  private var nextAnswer: HTTPResponse?

  /// How much of that body is still to come.
  private var bodyRest = 0

  @usableFromInline
  init() {}

  /// Whether no more can be read before requests are answered.
  @usableFromInline
  var isInputFull: Bool { input.count >= Self.inputLimit }

  /// Reads once.
  ///
  /// - Returns: The number of bytes that came; 0 at the end of the stream, `nil` if reading would block.
  @inlinable
  mutating func fill<Stream: ByteReader & ~Copyable>(
    from stream: borrowing Stream
  ) throws(IOError) -> Int? {
    try input.fill(from: stream, upTo: Self.inputLimit)
  }

  /// Answers the requests that have come, as far as there is room for the answers.
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

  /// Goes on to the end of a head.
  ///
  /// - Returns: Whether there was one, or will be none.
  private mutating func parse() -> Bool {
    // A copy: while the span of the input lives, nothing of `self` can be changed.
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
      // Nobody knows whether the body will come after this answer.
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
