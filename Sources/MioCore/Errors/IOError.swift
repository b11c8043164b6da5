/// A failed operation: which one, the system's code, and a kind that compares across systems.
///
/// Every throwing function of Mio throws this type. It is trivial: throwing it allocates nothing.
/// Would-block is not an error but a `nil` result.
@frozen
public struct IOError: Error, Hashable, Sendable {
  /// The system's own number, never translated: `errno`, a Winsock or a Win32 code.
  ///
  /// Zero when no system call failed, because Mio refused the arguments itself.
  public let code: Int32

  /// What failed.
  public let operation: Operation

  /// The portable meaning of the failure.
  public let kind: Kind

  /// Creates the error of a system call that failed with `code`.
  public init(code: Int32, operation: Operation) {
    self.code = code
    self.operation = operation
    self.kind = Kind(code: code)
  }

  /// Creates an error with a meaning of its own, and the system's code if a system call said it.
  public init(_ kind: Kind, operation: Operation, code: Int32 = 0) {
    self.code = code
    self.operation = operation
    self.kind = kind
  }
}

// `throw` stands here and not in inlinable code: callers get smaller, and stay free of the
// instructions that build an error which hardly ever happens.
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

  /// Returns `result` unless it is negative, which stands for a failure's negated code.
  ///
  /// - Throws: ``IOError`` with that code.
  @inlinable
  @discardableResult
  package static func check(_ result: Int32, _ operation: Operation) throws(IOError) -> Int32 {
    if result < 0 { try raise(Int(result), operation) }
    return result
  }
}

extension IOError: CustomStringConvertible {
  /// A text for people; its form may change.
  public var description: String {
    code == 0 ? "\(operation): \(kind)" : "\(operation): \(kind) (code \(code))"
  }
}
