/// A failed operation, with the system's error code and a kind that is the same on every system.
///
/// Every throwing function of Mio throws this type. The type is trivial, so throwing it allocates
/// nothing. An operation that would block returns `nil`, and does not throw.
@frozen
public struct IOError: Error, Hashable, Sendable {
  /// The error code of the system, never translated: an `errno`, Winsock or Win32 code.
  ///
  /// It is zero if no system call has failed, because Mio itself refused the arguments.
  public let code: Int32

  /// The operation that failed.
  public let operation: Operation

  /// The portable meaning of the failure.
  public let kind: Kind

  /// Creates the error of a system call that failed with `code`.
  public init(code: Int32, operation: Operation) {
    self.code = code
    self.operation = operation
    self.kind = Kind(code: code)
  }

  /// Creates an error with an explicit kind, and the system's code if a system call has failed.
  public init(_ kind: Kind, operation: Operation, code: Int32 = 0) {
    self.code = code
    self.operation = operation
    self.kind = kind
  }
}

// The `throw` is here and not in inlinable code. Callers are smaller, and do not contain the
// instructions that create an error, which are rarely needed.
extension IOError {
  /// Throws the error that a shim returned as a negative number.
  @inline(never)
  @usableFromInline
  package static func raise(_ negatedCode: Int, _ operation: Operation) throws(IOError) -> Never {
    throw IOError(code: Int32(truncatingIfNeeded: -negatedCode), operation: operation)
  }

  /// Throws an error that no system call reported.
  @inline(never)
  @usableFromInline
  package static func raise(_ kind: Kind, _ operation: Operation) throws(IOError) -> Never {
    throw IOError(kind, operation: operation)
  }

  /// Returns `result` if it is not negative; a negative result is the negated code of a failure.
  ///
  /// - Throws: ``IOError`` with that code.
  @inlinable
  @discardableResult
  package static func check<Number: FixedWidthInteger & SignedInteger>(
    _ result: Number, _ operation: Operation
  ) throws(IOError) -> Number {
    if result < 0 { try raise(Int(result), operation) }
    return result
  }
}

extension IOError: CustomStringConvertible {
  /// A textual description whose format may change.
  public var description: String {
    code == 0 ? "\(operation): \(kind)" : "\(operation): \(kind) (code \(code))"
  }
}
