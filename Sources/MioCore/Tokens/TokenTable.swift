/// Values under tokens: every program on a readiness queue keeps its connections in one.
///
/// ``insert(_:)-(Value)`` makes a token that finds the value again, in constant time, until it is
/// removed; from then on the token finds nothing, also when its slot holds another value by then. So
/// an event that was reported before its connection was closed does no harm.
///
///     for event in events {
///       try connections.withValue(for: event.token) { connection throws(IOError) in
///         try connection.serve(event)
///       }
///     }
///
/// Values may be noncopyable and are used in place. Nothing is allocated while ``count`` stays within
/// the reserved capacity.
///
/// A token holds the slot in its lower half and the slot's generation in its upper half; the
/// generation is never zero, so the table makes no token below 2³² (2¹⁶ where a word has 32 bits):
/// use those for listeners and wakers. A slot whose generations are used up is retired, never reused:
/// after 2³² − 1 values (2¹⁶ − 1 where a word has 32 bits).
@safe
public struct TokenTable<Value: ~Copyable>: ~Copyable {
  // Slots up to `slotCount` are in use or were; `headers` says which, and links the free ones.
  @usableFromInline
  var headers: UnsafeMutablePointer<SlotHeader>
  @usableFromInline
  var values: UnsafeMutablePointer<Value>
  @usableFromInline
  var slotCount = 0
  @usableFromInline
  var firstFree = SlotHeader.noSlot

  /// How many values the table can hold before it has to allocate.
  @inlinable
  public var capacity: Int { reserved }

  @usableFromInline
  var reserved: Int

  /// How many values the table holds.
  @inlinable
  public var count: Int { used }

  @usableFromInline
  var used = 0

  /// The most values that a table can hold: as many as half a word counts.
  @inlinable
  public static var maximumCapacity: Int { 1 << Int(Token.halfWord) }

  /// Creates an empty table with room for at least this many values.
  ///
  /// - Precondition: No more than ``maximumCapacity``.
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

  /// Whether the table holds nothing.
  @inlinable
  public var isEmpty: Bool { used == 0 }
}

extension TokenTable: @unchecked Sendable where Value: Sendable & ~Copyable {
  // Safety: the memory is owned by this value alone.
}

/// What the table knows of a slot.
@usableFromInline
struct SlotHeader {
  @inlinable
  static var noSlot: UInt { .max }

  /// Stands above all generations, so that one comparison finds a free slot unlike any token.
  @inlinable
  static var vacant: UInt { 1 << Token.halfWord }

  /// The generation of the value in the slot; `vacant` and that of the next one in a free slot.
  @usableFromInline
  var key: UInt

  /// The next free slot, if this one is free.
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
  /// Puts a value into the table.
  ///
  /// - Returns: The token that finds it.
  /// - Complexity: O(1) within the reserved capacity, amortized O(1) beyond.
  @inlinable
  public mutating func insert(_ value: consuming Value) -> Token {
    let slot = takeSlot()
    unsafe (values + slot).initialize(to: value)
    return occupy(slot)
  }

  /// Puts a value into the table that has to know its token, say to register under it.
  ///
  /// - Parameter make: Makes the value. If it throws, the table is as before.
  /// - Returns: The token that finds the value.
  /// - Throws: What `make` throws.
  @inlinable
  public mutating func insert<Failure: Error>(
    _ make: (Token) throws(Failure) -> Value
  ) throws(Failure) -> Token {
    let slot = takeSlot()
    let token = Token(slot: slot, generation: unsafe headers[slot].generation)
    do throws(Failure) {
      unsafe (values + slot).initialize(to: try make(token))
    } catch {
      free(slot)
      throw error
    }
    return occupy(slot)
  }

  /// Inserts a value and prepares it, and removes it again if that fails.
  ///
  ///     let token = try sessions.insert(Session(stream)) { session, token throws(IOError) in
  ///       try registry.register(session.stream, token: token, interest: .readable)
  ///     }
  ///
  /// - Parameters:
  ///   - value: The value. The table owns it from now on.
  ///   - prepare: Registers the value under its token, or does what else has to be done before the value is
  ///     used. If it throws, the value is removed and destroyed, which closes its sockets, and the table is as before.
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

  /// Takes a value out of the table.
  ///
  /// Its token finds nothing from now on.
  ///
  /// - Returns: The value, `nil` for a token that finds nothing.
  /// - Complexity: O(1).
  @inlinable
  @inline(never)
  @discardableResult
  public mutating func remove(_ token: Token) -> Value? {
    guard let slot = slot(of: token) else { return nil }
    used -= 1
    let value = unsafe (values + slot).move()
    let next = unsafe headers[slot].generation + 1
    if next == SlotHeader.vacant {
      // Retired: the next generation would be zero, and then one that old tokens carry.
      unsafe headers[slot] = SlotHeader(generation: 0)
    } else {
      unsafe headers[slot] = SlotHeader(generation: next)
      free(slot)
    }
    return value
  }

  /// Removes all values.
  @inlinable
  public mutating func removeAll() {
    for slot in 0..<slotCount where unsafe headers[slot].isOccupied {
      remove(Token(slot: slot, generation: unsafe headers[slot].generation))
    }
  }

  /// Makes room for at least this many values in all.
  ///
  /// - Precondition: No more than ``maximumCapacity``.
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

  /// Traps where more slots are wanted than a token has numbers for.
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

  @inlinable
  mutating func free(_ slot: Int) {
    unsafe headers[slot].next = firstFree
    firstFree = UInt(bitPattern: slot)
  }
}

// MARK: - Looking up

extension TokenTable where Value: ~Copyable {
  /// Whether a token finds a value.
  @inlinable
  public func contains(_ token: Token) -> Bool {
    slot(of: token) != nil
  }

  /// Uses the value under a token in place.
  ///
  /// - Parameters:
  ///   - token: A token that ``insert(_:)-(Value)`` returned, or any other.
  ///   - body: What to do with the value. It cannot change the table meanwhile.
  /// - Returns: What `body` returns, `nil` if the token finds nothing.
  /// - Throws: What `body` throws.
  /// - Complexity: O(1).
  @inlinable
  public mutating func withValue<Result: ~Copyable, Failure: Error>(
    for token: Token, _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let slot = slot(of: token) else { return nil }
    return try unsafe body(&values[slot])
  }

  /// Uses the value under a token in place, together with a variable that lies outside of the table.
  ///
  /// In a method, a closure that names a property of `self` borrows all of `self`, and the table is a part of
  /// `self`. Pass the property here instead:
  ///
  ///     connections.withValue(for: event.token, using: &buffer) { connection, buffer in
  ///       connection.serve(event, with: &buffer)
  ///     }
  ///
  /// - Parameters:
  ///   - token: A token that ``insert(_:)-(Value)`` returned, or any other.
  ///   - context: The variable to hand to `body`.
  ///   - body: What to do with both. It cannot change the table meanwhile.
  /// - Returns: What `body` returns, `nil` if the token finds nothing.
  /// - Throws: What `body` throws.
  /// - Complexity: O(1).
  @inlinable
  public mutating func withValue<Context: ~Copyable, Result: ~Copyable, Failure: Error>(
    for token: Token, using context: inout Context,
    _ body: (inout Value, inout Context) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let slot = slot(of: token) else { return nil }
    return try unsafe body(&values[slot], &context)
  }

  /// Lends the value under a token without changing the table.
  ///
  /// - Parameters:
  ///   - token: A token that ``insert(_:)-(Value)`` returned, or any other.
  ///   - body: What to do with the value.
  /// - Returns: What `body` returns, `nil` if the token finds nothing.
  /// - Throws: What `body` throws.
  /// - Complexity: O(1).
  @inlinable
  public func withBorrowedValue<Result: ~Copyable, Failure: Error>(
    for token: Token, _ body: (borrowing Value) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let slot = slot(of: token) else { return nil }
    return try unsafe body(values[slot])
  }

  /// Uses all values in place, in no particular order.
  ///
  /// - Parameter body: What to do with each value. It cannot change the table meanwhile.
  /// - Throws: What `body` throws; the rest is left out then.
  /// - Complexity: O(the most values there ever were at a time).
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
  /// - Parameter shouldRemove: Looks at a value, which it may change. It cannot change the table meanwhile.
  /// - Throws: What `shouldRemove` throws. The values that it was not asked about stay.
  /// - Complexity: O(the most values there ever were at a time).
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
  /// The value under a token, `nil` if the token finds nothing.
  ///
  /// Setting a value replaces the value under the token, and setting `nil` removes it. Setting has no effect if the
  /// token finds nothing: only ``insert(_:)-(Value)`` makes tokens.
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
