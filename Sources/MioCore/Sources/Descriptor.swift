/// A system's number for an open file, socket or handle.
///
/// It owns nothing.
///
/// On POSIX systems it is a file descriptor, on Windows a `SOCKET` or `HANDLE`; either fits in a
/// machine word. Types that own what the number stands for are not copyable; this one is.
@frozen
public struct Descriptor: RawRepresentable, Hashable, Sendable {
  /// The system's number.
  public let rawValue: Int

  /// Creates a descriptor from the system's number.
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
  /// It is -1, which stands for no file, if the number cannot be one.
  @inlinable
  public var fileDescriptor: Int32 {
    // `Int32(exactly:)` is generic, and not always specialised.
    let number = Int32(truncatingIfNeeded: rawValue)
    return Int(number) == rawValue ? number : -1
  }
}

extension Descriptor: CustomStringConvertible {
  /// A text for people; its form may change.
  public var description: String {
    "Descriptor(\(rawValue))"
  }
}
