public import MioCore

/// The guests of a chat, under their tokens.
///
/// The line of one guest is sent to all others. The output of each guest is bounded. A chat cannot
/// wait for its slowest guest, so a guest that reads too slowly is disconnected, and the others are
/// told.
@usableFromInline
struct ChatRoom<Stream: ByteStream & ~Copyable>: ~Copyable {
  @usableFromInline
  var guests = TokenTable<ChatGuest<Stream>>(minimumCapacity: 256)

  /// The maximum number of bytes that are pending for a guest.
  @usableFromInline
  let pendingLimit: Int

  /// The message that is being sent.
  ///
  /// One buffer serves all messages, so a message allocates no memory.
  @usableFromInline
  var message = StreamBuffer(minimumCapacity: 2 * ChatGuest<Stream>.longestLine)

  /// Whether a message was sent that may not be written yet.
  @usableFromInline
  var hasNews = false

  /// The guests that must leave, and the reasons.
  ///
  /// A guest is not removed while the room iterates over its guests.
  @usableFromInline
  var departures: [(guest: Token, reason: ChatDeparture)] = []

  /// The number of guests that have entered.
  @usableFromInline
  var guestCount = 0

  /// The number of lines that were received.
  @usableFromInline
  var lineCount = 0

  @inlinable
  init(pendingLimit: Int) {
    self.pendingLimit = pendingLimit
  }
}

// MARK: - Entering

extension ChatRoom where Stream: ~Copyable {
  /// Registers a guest, and tells the others.
  @inlinable
  mutating func add<S: Selector & ~Copyable>(
    _ stream: consuming Stream, to registry: borrowing Registry<S>
  ) throws(IOError) {
    let number = guestCount + 1
    let token = try guests.insert(ChatGuest(stream, number: number)) {
      guest, token throws(IOError) in
      try registry.register(guest.stream, token: token, interest: [.readable, .writable])
    }
    guestCount = number
    announce("joined", number, exceptFor: token)
    finishTurn()
  }
}

// MARK: - Serving

extension ChatRoom where Stream: ~Copyable {
  /// Serves the guest of an event.
  @inlinable
  mutating func serve<S: Selector & ~Copyable>(
    _ event: Event, with registry: borrowing Registry<S>
  ) {
    guests.withValue(for: event.token) { guest in guest.note(event) }
    if broadcastLines(of: event.token) { reregister(event.token, with: registry) }
    if case let reason?? = guests.withValue(for: event.token, { guest in guest.flush() }) {
      departures.append((event.token, reason))
    }
    finishTurn()
  }

  /// Sends the lines of a guest to the others.
  ///
  /// - Returns: Whether the guest may have more lines. The other guests are served first.
  @inlinable
  mutating func broadcastLines(of token: Token) -> Bool {
    for _ in 0..<64 {
      message.removeAll()
      let reception = guests.withValue(for: token, using: &message) { guest, message in
        message.append("\(guest.number): ")
        return guest.receive(into: &message)
      }
      switch reception {
      case .line:
        lineCount += 1
        sendMessage(exceptFor: token)
      case .departure(let reason):
        departures.append((token, reason))
        return false
      case .nothing, nil:
        return false
      }
    }
    return true
  }

  /// Makes the next poll report the guest again, after the others: reregistering counts as an edge.
  ///
  /// If that fails, the guest leaves: without events it cannot be served.
  @inlinable
  mutating func reregister<S: Selector & ~Copyable>(
    _ token: Token, with registry: borrowing Registry<S>
  ) {
    do throws(IOError) {
      try guests.withValue(for: token) { guest throws(IOError) in
        try registry.reregister(guest.stream, token: token, interest: [.readable, .writable])
      }
    } catch {
      departures.append((token, .end))
    }
  }
}

// MARK: - Telling

extension ChatRoom where Stream: ~Copyable {
  /// Sends a message about a guest.
  @inlinable
  mutating func announce(_ change: String, _ number: Int, exceptFor token: Token? = nil) {
    message.removeAll()
    message.append("* guest \(number) \(change)\n")
    sendMessage(exceptFor: token)
  }

  @inlinable
  mutating func sendMessage(exceptFor speaker: Token?) {
    hasNews = true
    guests.forEach { token, guest in
      guard token != speaker, !guest.hasReadAll else { return }
      if let reason = guest.send(message, limit: pendingLimit) {
        departures.append((token, reason))
      }
    }
  }

  /// Writes the messages of the turn, and removes the guests that must leave.
  @inlinable
  mutating func finishTurn() {
    flush()
    while let (token, reason) = departures.popLast() {
      // A guest may have two reasons.
      guard let guest = guests.remove(token) else { continue }
      announce(reason.rawValue, guest.number)
      flush()
    }
  }

  /// Writes to all guests, so that the messages of a turn need one system call for each guest.
  @inlinable
  mutating func flush() {
    guard hasNews else { return }
    hasNews = false
    guests.forEach { token, guest in
      if let reason = guest.flush() { departures.append((token, reason)) }
    }
  }
}
