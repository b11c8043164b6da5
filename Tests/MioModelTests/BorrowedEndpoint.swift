import Glibc
import MioCore
import TestHelpers

/// A Unix stream as a raw descriptor, and a source that borrows it.
final class BorrowedEndpoint: Endpoint {
  private let source: BorrowedDescriptor
  private var isOpen = true

  init(_ descriptor: Descriptor) {
    source = BorrowedDescriptor(descriptor)
  }

  deinit {
    abandon()
  }

  /// Closes the descriptor, and keeps the source.
  func abandon() {
    if isOpen { close(descriptor.fileDescriptor) }
    isOpen = false
  }

  var descriptor: Descriptor { source.descriptor }

  func apply(_ change: RegistrationChange, by registry: any TestRegistry) throws(IOError) {
    try registry.apply(change, to: source)
  }

  func duplicate() throws(IOError) -> any Endpoint {
    BorrowedEndpoint(duplicateDescriptor())
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(IOError) -> Int? {
    try source.withIO(.readable) { descriptor throws(IOError) in
      try unsafe result(
        recv(descriptor.fileDescriptor, buffer.baseAddress, buffer.count, 0), .read)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try source.withIO(.writable) { descriptor throws(IOError) in
      let flags = Int32(MSG_NOSIGNAL)
      return try unsafe result(
        send(descriptor.fileDescriptor, bytes.baseAddress, bytes.count, flags), .write)
    }
  }

  var recordCount: Int { source.recordCount }

  func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    let how =
      switch directions {
      case .read: SHUT_RD
      case .write: SHUT_WR
      case .both: SHUT_RDWR
      }
    _ = try result(Int(Glibc.shutdown(descriptor.fileDescriptor, Int32(how))), .shutdown)
  }

  private func result(_ count: Int, _ operation: IOError.Operation) throws(IOError) -> Int? {
    if count >= 0 { return count }
    if errno == EAGAIN { return nil }
    throw IOError(code: errno, operation: operation)
  }
}
