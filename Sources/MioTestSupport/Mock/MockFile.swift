import MioCore

/// The one lock of everything mocked: selectors, sources, and what connects them.
let mockMonitor = Monitor()

/// What a mock descriptor stands for: something that is ready or not.
///
/// Used under the monitor's lock.
class MockFile {
  /// The descriptor that stands for the file while it is open.
  ///
  /// It is far below zero, so that no system call takes it for one of its own.
  final let descriptor: Descriptor

  init() {
    unsafe nextDescriptor -= 1
    descriptor = Descriptor(rawValue: unsafe nextDescriptor)
    unsafe files[descriptor] = self
  }

  /// What the file is ready for at the moment.
  var readiness: Event.Readiness { [] }

  /// Whether something waits to be taken that a program should not leave behind.
  var hasInput: Bool { readiness.contains(.readable) }

  /// Ends the file: its descriptor stands for nothing any more.
  func close() {
    unsafe files[descriptor] = nil
    mockMonitor.broadcast()
  }

  static func find(_ descriptor: Descriptor) -> MockFile? {
    unsafe files[descriptor]
  }
}

// Safety: both are used under the monitor's lock only.
private nonisolated(unsafe) var nextDescriptor = -1_000_000
private nonisolated(unsafe) var files: [Descriptor: MockFile] = [:]
