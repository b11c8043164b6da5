import MioCore

/// The single lock of all mocks: selectors, sources, and the connections between them.
let mockMonitor = Monitor()

/// The file behind a mock descriptor.
///
/// Used under the monitor's lock.
class MockFile {
  /// The descriptor of the file while the file is open.
  ///
  /// It is far below zero, so that it is no valid descriptor for a system call.
  final let descriptor: Descriptor

  init() {
    unsafe nextDescriptor -= 1
    descriptor = Descriptor(rawValue: unsafe nextDescriptor)
    unsafe files[descriptor] = self
  }

  /// The current readiness of the file.
  var readiness: Event.Readiness { [] }

  /// Whether the file has input that a program should not leave unread.
  var hasInput: Bool { readiness.contains(.readable) }

  /// Closes the file.
  ///
  /// Its descriptor becomes invalid.
  func close() {
    unsafe files[descriptor] = nil
    mockMonitor.broadcast()
  }

  static func find(_ descriptor: Descriptor) -> MockFile? {
    unsafe files[descriptor]
  }
}

// Safety: both variables are used under the monitor's lock only.
private nonisolated(unsafe) var nextDescriptor = -1_000_000
private nonisolated(unsafe) var files: [Descriptor: MockFile] = [:]
