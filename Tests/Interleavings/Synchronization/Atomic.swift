public import Loom

/// The replacement for the standard library's type: other threads may run before each operation.
///
/// It has the operations that Mio uses. `AtomicLocation` determines the effect of an ordering, and
/// the values that a load may return.
public struct Atomic<Value>: ~Copyable, @unchecked Sendable {
  @usableFromInline
  let location: AtomicLocation

  /// Creates an atomic.
  @inlinable
  public init(
    _ value: consuming Value, file: StaticString = #fileID, line: UInt32 = #line
  ) {
    location = AtomicLocation(bits(value), file, line)
  }

  @inlinable
  @inline(__always)
  borrowing func operate(
    _ name: StaticString, _ file: StaticString, _ line: UInt32, _ body: () -> UInt64
  ) -> Value {
    if !Loom.isRunning { return value(body()) }
    Loom.step(name, file: file, line: line)
    if !Loom.isRecording { return value(body()) }
    let before: Value = value(location.bits)
    let result: Value = value(body())
    let after: Value = value(location.bits)
    Loom.note(before, after)
    return result
  }
}

/// Returns the bits of a value, which is trivial and at most a word.
@inlinable
@inline(__always)
func bits<Value>(_ value: borrowing Value) -> UInt64 {
  var bits: UInt64 = 0
  withUnsafeBytes(of: value) { value in
    withUnsafeMutableBytes(of: &bits) { $0.copyMemory(from: value) }
  }
  return bits
}

@inlinable
@inline(__always)
func value<Value>(_ bits: UInt64) -> Value {
  withUnsafeBytes(of: bits) { $0.load(as: Value.self) }
}

// MARK: - Operations

extension Atomic {
  /// Behaves as the standard library's method.
  @inlinable
  public borrowing func load(
    ordering: AtomicLoadOrdering, file: StaticString = #fileID, line: UInt32 = #line
  ) -> Value {
    operate("load", file, line) { location.load(ordering.order, file, line) }
  }

  /// Behaves as the standard library's method.
  @inlinable
  public borrowing func store(
    _ value: consuming Value, ordering: AtomicStoreOrdering, file: StaticString = #fileID,
    line: UInt32 = #line
  ) {
    let new = bits(value)
    _ = operate("store", file, line) {
      location.store(new, ordering.order, file, line)
      return new
    }
  }

  /// Behaves as the standard library's method.
  @inlinable
  public borrowing func exchange(
    _ value: consuming Value, ordering: AtomicUpdateOrdering, file: StaticString = #fileID,
    line: UInt32 = #line
  ) -> Value {
    let new = bits(value)
    return operate("exchange", file, line) {
      location.update(ordering.order, file, line) { _ in new }
    }
  }

  /// Behaves as the standard library's method.
  @inlinable
  public borrowing func compareExchange(
    expected: consuming Value, desired: consuming Value, ordering: AtomicUpdateOrdering,
    file: StaticString = #fileID, line: UInt32 = #line
  ) -> (exchanged: Bool, original: Value) {
    let (old, new) = (bits(expected), bits(desired))
    let original = operate("compareExchange", file, line) {
      location.update(ordering.order, file, line) { $0 == old ? new : nil }
    }
    return (bits(original) == old, original)
  }
}

// MARK: - Integers

extension Atomic where Value: FixedWidthInteger {
  @inlinable
  @inline(__always)
  borrowing func update(
    _ name: StaticString, _ ordering: AtomicUpdateOrdering, _ file: StaticString, _ line: UInt32,
    _ body: (Value) -> Value
  ) -> (oldValue: Value, newValue: Value) {
    let old = operate(name, file, line) {
      location.update(ordering.order, file, line) { bits(body(value($0))) }
    }
    return (old, body(old))
  }

  /// Behaves as the standard library's method.
  @inlinable
  @discardableResult
  public borrowing func add(
    _ operand: Value, ordering: AtomicUpdateOrdering, file: StaticString = #fileID,
    line: UInt32 = #line
  ) -> (oldValue: Value, newValue: Value) {
    update("add", ordering, file, line) { $0 + operand }
  }

  /// Behaves as the standard library's method.
  @inlinable
  @discardableResult
  public borrowing func wrappingAdd(
    _ operand: Value, ordering: AtomicUpdateOrdering, file: StaticString = #fileID,
    line: UInt32 = #line
  ) -> (oldValue: Value, newValue: Value) {
    update("wrappingAdd", ordering, file, line) { $0 &+ operand }
  }

  /// Behaves as the standard library's method.
  @inlinable
  @discardableResult
  public borrowing func subtract(
    _ operand: Value, ordering: AtomicUpdateOrdering, file: StaticString = #fileID,
    line: UInt32 = #line
  ) -> (oldValue: Value, newValue: Value) {
    update("subtract", ordering, file, line) { $0 - operand }
  }
}
