/// A table of values and their tokens, for example of the connections of a server.
///
/// ``insert(_:)-(Value)`` creates a token that finds the value in constant time until the value is
/// removed. From then on the token finds nothing, even if its slot holds another value. So an event
/// that was reported before its connection was closed does no harm.
///
///     for event in events {
///       try connections.withValue(for: event.token) { connection throws(IOError) in
///         try connection.serve(event)
///       }
///     }
///
/// Values may be noncopyable, and are used in place. Nothing is allocated while ``count`` is within
/// the reserved capacity.
///
/// The lower half of a token contains the slot, and the upper half contains the generation of the
/// slot. The generation is never zero, so the table creates no token below 2³² (2¹⁶ if a word has
/// 32 bits). Use the tokens below this limit for listeners and wakers. A slot that has used all its
/// generations is retired, and never reused. This happens after 2³² − 1 values (2¹⁶ − 1 if a word
/// has 32 bits).
///
/// A table has at most ``maximumCapacity`` slots, including the retired ones. An insertion that
/// needs another slot traps. Where a word has 64 bits, memory runs out first. Where a word has 32
/// bits, an insertion traps if the table already has 65,536 values, or after about 4.29 × 10⁹
/// insertions, which is after 49 days with 1,000 connections per second. Replace such a table with
/// a new one before that.
@safe
public struct TokenTable<Value: ~Copyable>: ~Copyable {
  // The slots below `slotCount` are or were in use. `headers` has their states, and links the free
  // slots.
  @usableFromInline
  var headers: UnsafeMutablePointer<SlotHeader>
  @usableFromInline
  var values: UnsafeMutablePointer<Value>
  @usableFromInline
  var slotCount = 0
  @usableFromInline
  var firstFree = SlotHeader.noSlot

  /// The number of values that the table can hold before it has to allocate.
  @inlinable
  public var capacity: Int { reserved }

  @usableFromInline
  var reserved: Int

  /// The number of values in the table.
  @inlinable
  public var count: Int { used }

  @usableFromInline
  var used = 0

  /// The maximum number of values in a table: 2³², or 2¹⁶ if a word has 32 bits.
  @inlinable
  public static var maximumCapacity: Int { 1 << Int(Token.halfWord) }

  /// Creates an empty table with capacity for at least this many values.
  ///
  /// - Precondition: The capacity is at most ``maximumCapacity``.
  @inlinable
  public init(minimumCapacity: Int = 0) {
    TokenTable.check(minimumCapacity)
    reserved = max(0, minimumCapacity)
    unsafe headers = .allocate(capacity: reserved)
    unsafe values = .allocate(capacity: reserved)
  }

  @inlinable
  deinit {
    for slot in 0..<slotCount where unsafe headers[slot].isOccupied {
      unsafe (values + slot).deinitialize(count: 1)
    }
    unsafe headers.deallocate()
    unsafe values.deallocate()
  }

  /// Whether the table is empty.
  @inlinable
  public var isEmpty: Bool { used == 0 }
}

extension TokenTable: @unchecked Sendable where Value: Sendable & ~Copyable {
  // Safety: this value is the only owner of the memory.
}

/// The state of a slot.
@usableFromInline
struct SlotHeader {
  @inlinable
  static var noSlot: UInt { .max }

  /// A value above all generations, so that one comparison distinguishes a free slot from any
  /// token.
  @inlinable
  static var vacant: UInt { 1 << Token.halfWord }

  /// The generation of the value in the slot; in a free slot `vacant` and the next generation.
  @usableFromInline
  var key: UInt

  /// The next free slot, if this slot is free.
  @usableFromInline
  var next = noSlot

  @inlinable
  init(generation: UInt) {
    key = SlotHeader.vacant | generation
  }

  @inlinable
  var isOccupied: Bool { key < SlotHeader.vacant }

  @inlinable
  var generation: UInt { key & ~SlotHeader.vacant }
}

extension Token {
  @inlinable
  static var halfWord: UInt { UInt(UInt.bitWidth / 2) }

  @inlinable
  init(slot: Int, generation: UInt) {
    self.init(generation << Token.halfWord | UInt(bitPattern: slot))
  }

  @inlinable
  var slot: Int { Int(bitPattern: rawValue & (1 << Token.halfWord - 1)) }

  @inlinable
  var generation: UInt { rawValue >> Token.halfWord }
}

// MARK: - Inserting and removing

extension TokenTable where Value: ~Copyable {
  /// Inserts a value.
  ///
  /// - Returns: The token that finds the value.
  /// - Complexity: O(1) within the reserved capacity, amortized O(1) beyond.
  @inlinable
  public mutating func insert(_ value: consuming Value) -> Token {
    let slot = takeSlot()
    unsafe (values + slot).initialize(to: value)
    return occupy(slot)
  }

  /// Inserts a value that is created with its token, for example to register under that token.
  ///
  /// - Parameter make: Creates the value. If it throws, the table is unchanged.
  /// - Returns: The token that finds the value.
  /// - Throws: The error that `make` throws.
  @inlinable
  public mutating func insert<Failure: Error>(
    _ make: (Token) throws(Failure) -> Value
  ) throws(Failure) -> Token {
    let slot = takeSlot()
    let token = Token(slot: slot, generation: unsafe headers[slot].generation)
    do throws(Failure) {
      unsafe (values + slot).initialize(to: try make(token))
    } catch {
      // `make` knows the token, and may have left it somewhere.
      vacate(slot)
      throw error
    }
    return occupy(slot)
  }

  /// Inserts a value and prepares it, and removes it again if the preparation fails.
  ///
  ///     let token = try sessions.insert(Session(stream)) { session, token throws(IOError) in
  ///       try registry.register(session.stream, token: token, interest: .readable)
  ///     }
  ///
  /// - Parameters:
  ///   - value: The value. The table owns it from now on.
  ///   - prepare: Prepares the value, for example registers it under its token. If it throws, the
  ///     value is removed and destroyed, which closes its sockets, and the table is unchanged.
  /// - Returns: The token that finds the value.
  /// - Throws: The error that `prepare` throws.
  /// - Complexity: O(1) within the reserved capacity, amortized O(1) beyond.
  @inlinable
  public mutating func insert<Failure: Error>(
    _ value: consuming Value, _ prepare: (inout Value, Token) throws(Failure) -> Void
  ) throws(Failure) -> Token {
    let token = insert(value)
    do throws(Failure) {
      try unsafe prepare(&values[token.slot], token)
    } catch {
      remove(token)
      throw error
    }
    return token
  }

  /// Removes a value.
  ///
  /// Its token finds nothing from now on.
  ///
  /// - Returns: The value, or `nil` if the token finds nothing.
  /// - Complexity: O(1).
  @inlinable
  @inline(never)
  @discardableResult
  public mutating func remove(_ token: Token) -> Value? {
    guard let slot = slot(of: token) else { return nil }
    used -= 1
    let value = unsafe (values + slot).move()
    vacate(slot)
    return value
  }

  /// Removes all values.
  @inlinable
  public mutating func removeAll() {
    for slot in 0..<slotCount where unsafe headers[slot].isOccupied {
      remove(Token(slot: slot, generation: unsafe headers[slot].generation))
    }
  }

  /// Reserves capacity for at least this many values in total.
  ///
  /// - Precondition: The capacity is at most ``maximumCapacity``.
  @inlinable
  public mutating func reserveCapacity(_ minimumCapacity: Int) {
    guard minimumCapacity > reserved else { return }
    TokenTable.check(minimumCapacity)
    let newHeaders = UnsafeMutablePointer<SlotHeader>.allocate(capacity: minimumCapacity)
    let newValues = UnsafeMutablePointer<Value>.allocate(capacity: minimumCapacity)
    unsafe newHeaders.moveInitialize(from: headers, count: slotCount)
    for slot in 0..<slotCount where unsafe newHeaders[slot].isOccupied {
      unsafe (newValues + slot).moveInitialize(from: values + slot, count: 1)
    }
    unsafe headers.deallocate()
    unsafe values.deallocate()
    unsafe headers = newHeaders
    unsafe values = newValues
    reserved = minimumCapacity
  }

  @inlinable
  mutating func takeSlot() -> Int {
    if firstFree != SlotHeader.noSlot {
      let slot = Int(bitPattern: firstFree)
      firstFree = unsafe headers[slot].next
      return slot
    }
    if slotCount == reserved { grow() }
    unsafe (headers + slotCount).initialize(to: SlotHeader(generation: 1))
    slotCount += 1
    return slotCount - 1
  }

  /// Traps if a table needs more slots than tokens can identify.
  @inlinable
  static func check(_ minimumCapacity: Int) {
    precondition(
      minimumCapacity <= maximumCapacity, "TokenTable: more values than a token can number")
  }

  @inlinable
  @inline(never)
  mutating func grow() {
    TokenTable.check(reserved + 1)
    reserveCapacity(min(max(16, reserved * 2), TokenTable.maximumCapacity))
  }

  @inlinable
  mutating func occupy(_ slot: Int) -> Token {
    unsafe headers[slot].key = headers[slot].generation
    used += 1
    return Token(slot: slot, generation: unsafe headers[slot].generation)
  }

  /// Frees a slot, and makes sure that the token of its value is never created again.
  @inlinable
  mutating func vacate(_ slot: Int) {
    let next = unsafe headers[slot].generation + 1
    if next == SlotHeader.vacant {
      // The slot is retired: its next generation would be zero, and later generations belong to old
      // tokens.
      unsafe headers[slot] = SlotHeader(generation: 0)
    } else {
      unsafe headers[slot] = SlotHeader(generation: next)
      free(slot)
    }
  }

  @inlinable
  mutating func free(_ slot: Int) {
    unsafe headers[slot].next = firstFree
    firstFree = UInt(bitPattern: slot)
  }
}

// MARK: - Looking up

extension TokenTable where Value: ~Copyable {
  /// Returns whether a token finds a value.
  @inlinable
  public func contains(_ token: Token) -> Bool {
    slot(of: token) != nil
  }

  /// Calls a closure with the value of a token in place.
  ///
  /// - Parameters:
  ///   - token: A token that ``insert(_:)-(Value)`` returned, or any other token.
  ///   - body: A closure that uses the value. It cannot change the table.
  /// - Returns: The result of `body`, or `nil` if the token finds nothing.
  /// - Throws: The error that `body` throws.
  /// - Complexity: O(1).
  @inlinable
  public mutating func withValue<Result: ~Copyable, Failure: Error>(
    for token: Token, _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let slot = slot(of: token) else { return nil }
    return try unsafe body(&values[slot])
  }

  /// Calls a closure with the value of a token in place, and with a variable outside of the table.
  ///
  /// In a method, the closure may use another stored property of `self`, but it may not take a span
  /// of it or call a method of `self`: both borrow all of `self`, and the table is a part of
  /// `self`. Pass the property as `context` instead:
  ///
  ///     connections.withValue(for: event.token, using: &buffer) { connection, buffer in
  ///       connection.serve(event, with: &buffer)
  ///     }
  ///
  /// - Parameters:
  ///   - token: A token that ``insert(_:)-(Value)`` returned, or any other token.
  ///   - context: The variable to pass to `body`.
  ///   - body: A closure that uses both. It cannot change the table.
  /// - Returns: The result of `body`, or `nil` if the token finds nothing.
  /// - Throws: The error that `body` throws.
  /// - Complexity: O(1).
  @inlinable
  public mutating func withValue<Context: ~Copyable, Result: ~Copyable, Failure: Error>(
    for token: Token, using context: inout Context,
    _ body: (inout Value, inout Context) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let slot = slot(of: token) else { return nil }
    return try unsafe body(&values[slot], &context)
  }

  /// Calls a closure with the value of a token, and does not change the table.
  ///
  /// - Parameters:
  ///   - token: A token that ``insert(_:)-(Value)`` returned, or any other token.
  ///   - body: A closure that uses the value.
  /// - Returns: The result of `body`, or `nil` if the token finds nothing.
  /// - Throws: The error that `body` throws.
  /// - Complexity: O(1).
  @inlinable
  public func withBorrowedValue<Result: ~Copyable, Failure: Error>(
    for token: Token, _ body: (borrowing Value) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let slot = slot(of: token) else { return nil }
    return try unsafe body(values[slot])
  }

  /// Calls a closure with each value in place, in no particular order.
  ///
  /// - Parameter body: A closure that uses a value. It cannot change the table.
  /// - Throws: The error that `body` throws. The remaining values are skipped in this case.
  /// - Complexity: O(*n*), where *n* is the largest number of values that the table ever held.
  @inlinable
  public mutating func forEach<Failure: Error>(
    _ body: (Token, inout Value) throws(Failure) -> Void
  ) throws(Failure) {
    for slot in 0..<slotCount where unsafe headers[slot].isOccupied {
      try unsafe body(
        Token(slot: slot, generation: headers[slot].generation), &values[slot])
    }
  }

  /// Removes all values for which `shouldRemove` returns `true`.
  ///
  /// - Parameter shouldRemove: A closure that reads or changes a value. It cannot change the table.
  /// - Throws: The error that `shouldRemove` throws. The values that it was not called with remain.
  /// - Complexity: O(*n*), where *n* is the largest number of values that the table ever held.
  @inlinable
  public mutating func removeAll<Failure: Error>(
    where shouldRemove: (Token, inout Value) throws(Failure) -> Bool
  ) throws(Failure) {
    for slot in 0..<slotCount where unsafe headers[slot].isOccupied {
      let token = Token(slot: slot, generation: unsafe headers[slot].generation)
      if try unsafe shouldRemove(token, &values[slot]) { remove(token) }
    }
  }

  @inlinable
  func slot(of token: Token) -> Int? {
    let slot = token.slot
    guard slot < slotCount, unsafe headers[slot].key == token.generation else { return nil }
    return slot
  }
}

extension TokenTable {
  /// The value of a token, or `nil` if the token finds nothing.
  ///
  /// Setting a value replaces the value of the token, and setting `nil` removes it. Setting has no
  /// effect if the token finds nothing: only ``insert(_:)-(Value)`` creates tokens.
  ///
  /// A change through the subscript copies the value. Use ``withValue(for:_:)`` to change a value
  /// in place.
  ///
  /// - Complexity: O(1).
  @inlinable
  public subscript(token: Token) -> Value? {
    get {
      guard let slot = slot(of: token) else { return nil }
      return unsafe values[slot]
    }
    set {
      guard let slot = slot(of: token) else { return }
      if let newValue {
        unsafe values[slot] = newValue
      } else {
        remove(token)
      }
    }
  }
}
