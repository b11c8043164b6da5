// Replaces the module of the C library in the toolchain of another system.
@_exported public import CLibraryHeaders

public var errno: Int32 {
  get { location.pointee }
  set { location.pointee = newValue }
}

#if os(OpenBSD) || os(NetBSD)
private var location: UnsafeMutablePointer<Int32> { __errno() }
#else
private var location: UnsafeMutablePointer<Int32> { __error() }
#endif

#if !os(Windows)
public func fcntl(_ descriptor: Int32, _ command: Int32) -> Int32 { 0 }
public func fcntl(_ descriptor: Int32, _ command: Int32, _ value: Int32) -> Int32 { 0 }
public func open(_ path: UnsafePointer<CChar>, _ flags: Int32) -> Int32 { 0 }
public func open(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 { 0 }
#endif
