// The C library of a POSIX system. Its module has different names on different systems.
#if canImport(Darwin)
@_exported public import Darwin
#else
@_exported public import Glibc
#endif

#if os(FreeBSD)
// On these systems the names are macros for other functions, which Swift does not import.

/// inet_pton(3).
public func inet_pton(
  _ family: Int32, _ text: UnsafePointer<CChar>, _ address: UnsafeMutableRawPointer
) -> Int32 {
  unsafe __inet_pton(family, text, address)
}

/// inet_ntop(3).
public func inet_ntop(
  _ family: Int32, _ address: UnsafeRawPointer, _ text: UnsafeMutablePointer<CChar>?,
  _ size: socklen_t
) -> UnsafePointer<CChar>? {
  unsafe __inet_ntop(family, address, text, size)
}
#endif
