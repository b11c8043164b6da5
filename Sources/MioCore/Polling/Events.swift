/// The events that a poll found.
///
/// Make one, hand it to every poll, iterate over it. The room is allocated once; a poll writes the
/// system's records straight into it, and an event is decoded when it is looked at. A copy is a value
/// of its own: a later poll leaves it as it is, at the price of allocating new room for that poll.
///
/// Keep it in a local variable or in a `~Copyable` struct: as a stored property of a class, each
/// access is checked for exclusivity at run time, which costs more than the rest of a poll.
///
/// - SeeAlso: mio 1.2.2 `Events`.
@safe
public struct Events<S: Selector & ~Copyable>: @unchecked Sendable {
  // Safety of `@unchecked`: the buffer is written only while this value is its single owner.

  @usableFromInline
  var buffer: EventBuffer<S.RawEvent>

  // Unsigned and short, so that the compiler knows `endIndex` not to be negative.
  @usableFromInline
  var used: UInt32 = 0

  /// Creates room for events.
  ///
  /// - Parameter capacity: How many events one poll can return at most, from 1 to 134,217,727. What
  ///   does not fit comes with the following polls.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` for another capacity.
  public init(capacity: Int) throws(IOError) {
    guard capacity >= 1, capacity <= maximumCapacity else {
      try IOError.raise(.invalidArgument, .createEvents)
    }
    buffer = EventBuffer(capacity: capacity)
  }

  /// How many events one poll can return at most.
  @inlinable
  public var capacity: Int { buffer.capacity }

  /// Forgets the events.
  ///
  /// A poll does so itself.
  @inlinable
  public mutating func removeAll() {
    used = 0
  }

  /// The room, for a poll to write into, not shared with any copy of this value.
  @inlinable
  mutating func writableRecords() -> UnsafeMutableBufferPointer<S.RawEvent> {
    if !isKnownUniquelyReferenced(&buffer) { detach() }
    return unsafe UnsafeMutableBufferPointer(start: buffer.records, count: buffer.capacity)
  }

  @inline(never)
  @usableFromInline
  mutating func detach() {
    buffer = EventBuffer(capacity: buffer.capacity)
  }
}

/// The largest room that every system takes: epoll limits a call to `INT_MAX` bytes of 16.
private let maximumCapacity = Int(Int32.max) / 16

/// The memory behind ``Events``.
///
/// Its contents are the system's records.
@usableFromInline
@safe
final class EventBuffer<RawEvent> {
  @usableFromInline
  let records: UnsafeMutablePointer<RawEvent>
  @usableFromInline
  let capacity: Int

  @usableFromInline
  init(capacity: Int) {
    unsafe records = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit {
    unsafe records.deallocate()
  }
}

// MARK: - Collection

extension Events: RandomAccessCollection where S: ~Copyable {
  /// The position of the first event.
  @inlinable
  public var startIndex: Int { 0 }

  /// The position behind the last event.
  @inlinable
  public var endIndex: Int { Int(truncatingIfNeeded: used) }

  /// All positions.
  ///
  /// They are positions of the events that there are now: a poll inside a loop over them replaces the events,
  /// and then a position may be out of range. A loop over the events themselves goes on with those that it began
  /// with.
  @inlinable
  public var indices: Range<Int> { 0..<endIndex }

  /// The event at a position.
  @inlinable
  public subscript(position: Int) -> Event {
    S.event(record(at: position))
  }

  /// The system's own record of the event at a position.
  ///
  /// For what only one system tells: a backend's module says how to read it.
  @inlinable
  public func record(at position: Int) -> S.RawEvent {
    precondition(position >= 0 && position < endIndex, "Events: index out of range")
    // Safety: the first `used` records were written by the last poll.
    return unsafe buffer.records[position]
  }

  /// Returns a walk through the events.
  @inlinable
  public func makeIterator() -> Iterator {
    Iterator(self)
  }

  /// Walks through the events once.
  @safe
  public struct Iterator: IteratorProtocol {
    // Keeps the records alive, and makes a poll during the iteration write elsewhere.
    @usableFromInline
    let buffer: EventBuffer<S.RawEvent>
    @usableFromInline
    var position: UnsafeMutablePointer<S.RawEvent>
    @usableFromInline
    var remaining: Int

    @inlinable
    init(_ events: Events<S>) {
      buffer = events.buffer
      unsafe position = events.buffer.records
      remaining = events.endIndex
    }

    /// Returns the next event, `nil` after the last.
    @inlinable
    public mutating func next() -> Event? {
      if remaining == 0 { return nil }
      defer {
        unsafe position += 1
        remaining &-= 1
      }
      // Safety: `position` lies before the end of what the last poll wrote.
      return S.event(unsafe position.pointee)
    }
  }
}

extension Events: CustomStringConvertible where S: ~Copyable {
  /// A text for people; its form may change.
  public var description: String {
    "[" + map(\.description).joined(separator: ", ") + "]"
  }
}
