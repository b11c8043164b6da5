import CLibrary
import CMioSocket
import MioCore
import TestHelpers

/// A Unix stream as a raw descriptor, with a source that borrows it.
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
      let received = unsafe c_mio_receive(descriptor.rawValue, buffer.baseAddress, buffer.count)
      return try result(received, .read)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int? {
    try source.withIO(.writable) { descriptor throws(IOError) in
      let sent = unsafe c_mio_send(descriptor.rawValue, bytes.baseAddress, bytes.count)
      return try result(sent, .write)
    }
  }

  var recordCount: Int { source.recordCount }

  func shutdown(_ directions: ShutdownDirections) throws(IOError) {
    let how: Int32 =
      switch directions {
      case .read: 0
      case .write: 1
      case .both: 2
      }
    _ = try result(c_mio_shutdown(descriptor.rawValue, how), .shutdown)
  }

  private func result(_ count: Int, _ operation: IOError.Operation) throws(IOError) -> Int? {
    if count >= 0 { return count }
    if count == -Int(EAGAIN) { return nil }
    throw IOError(code: Int32(-count), operation: operation)
  }
}
