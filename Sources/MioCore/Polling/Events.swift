/// The events that a poll returned.
///
/// Create one value, pass it to every poll, and iterate over it. The memory is allocated once. A
/// poll writes the system's records into it, and an event is decoded when it is read. A copy is
/// independent: a later poll does not change the copy, but has to allocate new memory.
///
/// Keep the value in a local variable or in a `~Copyable` struct. If it is a stored property of a
/// class, each access is checked for exclusivity at run time, which costs more than the rest of a
/// poll.
///
/// - SeeAlso: mio 1.2.2 `Events`.
@safe
public struct Events<S: Selector & ~Copyable>: @unchecked Sendable {
  // Safety of `@unchecked`: the buffer is written only while this value is its single owner.

  @usableFromInline
  var buffer: EventBuffer<S.RawEvent>

  // It is unsigned and short, so that the compiler knows that `endIndex` is not negative.
  @usableFromInline
  var used: UInt32 = 0

  /// Creates an empty buffer for events.
  ///
  /// - Parameter capacity: The maximum number of events that one poll returns, from 1 to
  ///   134,217,727. Further events are returned by the following polls.
  /// - Throws: ``IOError`` with the kind `.invalidArgument` if the capacity is outside of this
  ///   range.
  public init(capacity: Int) throws(IOError) {
    guard capacity >= 1, capacity <= maximumCapacity else {
      try IOError.raise(.invalidArgument, .createEvents)
    }
    buffer = EventBuffer(capacity: capacity)
  }

  /// The maximum number of events that one poll returns.
  @inlinable
  public var capacity: Int { buffer.capacity }

  /// Removes all events.
  ///
  /// A poll also does this itself.
  @inlinable
  public mutating func removeAll() {
    used = 0
  }

  /// Returns the memory that the next poll writes to, which no copy of this value shares.
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

/// The largest capacity that every system accepts: epoll limits a call to `INT_MAX` bytes of 16.
private let maximumCapacity = Int(Int32.max) / 16

/// The memory of ``Events``.
///
/// It contains the records of the system.
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

  /// The position after the last event.
  @inlinable
  public var endIndex: Int { Int(truncatingIfNeeded: used) }

  /// The positions of all events.
  ///
  /// They are valid for the current events. If a loop over the positions polls, the poll replaces
  /// the events, and a position may then be out of range. A loop over the events themselves
  /// continues with the events that it started with.
  @inlinable
  public var indices: Range<Int> { 0..<endIndex }

  /// The event at a position.
  @inlinable
  public subscript(position: Int) -> Event {
    S.event(record(at: position))
  }

  /// Returns the system's own record of the event at a position.
  ///
  /// It gives access to details that only one system reports. The module of a backend documents how
  /// to read its record.
  @inlinable
  public func record(at position: Int) -> S.RawEvent {
    precondition(position >= 0 && position < endIndex, "Events: index out of range")
    // Safety: the last poll wrote the first `used` records.
    return unsafe buffer.records[position]
  }

  /// Returns an iterator over the events.
  @inlinable
  public func makeIterator() -> Iterator {
    Iterator(self)
  }

  /// An iterator over the events.
  @safe
  public struct Iterator: IteratorProtocol {
    // The reference keeps the records alive. It also makes a poll during the iteration write to new
    // memory.
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

    /// Returns the next event, or `nil` after the last event.
    @inlinable
    public mutating func next() -> Event? {
      if remaining == 0 { return nil }
      defer {
        unsafe position += 1
        remaining &-= 1
      }
      // Safety: `position` is before the end of the records that the last poll wrote.
      return S.event(unsafe position.pointee)
    }
  }
}

extension Events: CustomStringConvertible where S: ~Copyable {
  /// A textual description whose format may change.
  public var description: String {
    "[" + map(\.description).joined(separator: ", ") + "]"
  }
}
