public import MioCore

/// A connection of a chat.
///
/// Its input and its output are bounded: a line has a maximum length, and only a certain number of
/// bytes may be pending for a guest.
@usableFromInline
struct ChatGuest<Stream: ByteStream & ~Copyable>: ~Copyable {
  @usableFromInline
  let stream: Stream

  /// The number that the other guests see.
  @usableFromInline
  let number: Int

  @usableFromInline
  var input = StreamBuffer()

  /// The number of bytes of the input that contain no line break.
  @usableFromInline
  var searchedCount = 0

  @usableFromInline
  var output = StreamBuffer()

  @usableFromInline
  var canRead = false

  @usableFromInline
  var canWrite = false

  @usableFromInline
  var hasReadAll = false

  /// The maximum number of bytes of a line, with its line break.
  @usableFromInline
  static var longestLine: Int { 4096 }

  @inlinable
  init(_ stream: consuming Stream, number: Int) {
    self.stream = stream
    self.number = number
  }

  /// Whether the guest has ended its side, and all pending bytes are written.
  @inlinable
  var isFinished: Bool { hasReadAll && output.isEmpty }

  /// Remembers the readiness of an event.
  ///
  /// Events are edges: a direction stays ready until it would block.
  @inlinable
  mutating func note(_ event: Event) {
    if event.isReadable { canRead = true }
    if event.isWritable { canWrite = true }
  }
}

// MARK: - Receiving

extension ChatGuest where Stream: ~Copyable {
  /// The result of receiving.
  @usableFromInline
  enum Reception {
    /// A line was received.
    case line
    /// No complete line has arrived.
    case nothing
    /// The guest must leave.
    case departure(ChatDeparture)
  }

  /// Takes the next line, and reads if none is complete.
  ///
  /// - Parameter line: The buffer that the line is appended to, with its line break.
  /// - Returns: Whether a line was received, or the reason why the guest must leave.
  @inlinable
  mutating func receive(into line: inout StreamBuffer) -> Reception {
    while true {
      if takeLine(into: &line) { return .line }
      if input.count >= Self.longestLine { return .departure(.longLine) }
      guard canRead, !hasReadAll else { return .nothing }
      do throws(IOError) {
        switch try input.fill(from: stream, upTo: Self.longestLine) {
        case nil: canRead = false
        case 0: hasReadAll = true  // An incomplete line is dropped.
        default: break
        }
      } catch {
        return .departure(.end)  // The peer is gone, so the error is not reported.
      }
    }
  }

  /// Moves the first line of the input.
  ///
  /// Each byte is searched only once, even if the line arrives in many pieces.
  @inlinable
  mutating func takeLine(into line: inout StreamBuffer) -> Bool {
    let searched = searchedCount
    let length = input.withBytes { bytes -> Int? in
      let end = (searched..<bytes.count).first { bytes[$0] == UInt8(ascii: "\n") }
      guard let end else { return nil }
      line.append(bytes.extracting(...end))
      return end + 1
    }
    searchedCount = length == nil ? input.count : 0
    input.removeFirst(length ?? 0)
    return length != nil
  }
}

// MARK: - Sending

extension ChatGuest where Stream: ~Copyable {
  /// Appends a message to the output.
  ///
  /// - Parameters:
  ///   - message: The message.
  ///   - limit: The maximum number of pending bytes.
  /// - Returns: The reason why the guest must leave, or `nil`.
  @inlinable
  mutating func send(_ message: StreamBuffer, limit: Int) -> ChatDeparture? {
    if output.count + message.count > limit, let departure = flush() { return departure }
    if output.count + message.count > limit { return .slowness }
    message.withBytes { output.append($0) }
    return nil
  }

  /// Writes the pending bytes until writing would block.
  ///
  /// - Returns: The reason why the guest must leave, or `nil`.
  @inlinable
  mutating func flush() -> ChatDeparture? {
    do throws(IOError) {
      if canWrite, try !output.flush(to: stream) { canWrite = false }
      return isFinished ? .end : nil
    } catch {
      return .end
    }
  }
}
