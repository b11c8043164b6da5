/// The number by which a system identifies an open file, socket or handle.
///
/// It does not own the object that it identifies. It can be copied; the types that own such an
/// object cannot.
///
/// On POSIX systems it is a file descriptor. On Windows it is a `SOCKET` or a `HANDLE`. Each of
/// them fits in a machine word.
@frozen
public struct Descriptor: RawRepresentable, Hashable, Sendable {
  /// The number that the system uses.
  public let rawValue: Int

  /// Creates a descriptor from the number that the system uses.
  @inlinable
  public init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// Creates a descriptor from a POSIX file descriptor.
  @inlinable
  public init(_ fileDescriptor: Int32) {
    rawValue = Int(fileDescriptor)
  }

  /// The number as a POSIX file descriptor.
  ///
  /// It is -1, which identifies no file, if the number does not fit in a file descriptor.
  @inlinable
  public var fileDescriptor: Int32 {
    // `Int32(exactly:)` is generic, and not always specialised.
    let number = Int32(truncatingIfNeeded: rawValue)
    return Int(number) == rawValue ? number : -1
  }
}

extension Descriptor: CustomStringConvertible {
  /// A textual description whose format may change.
  public var description: String {
    "Descriptor(\(rawValue))"
  }
}
