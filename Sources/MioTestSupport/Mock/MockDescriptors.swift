import MioCore

/// The mock descriptors of the process.
///
/// Each is unique, as a descriptor of a kernel is.
///
/// Its lock is always acquired last, and only for a lookup.
enum MockDescriptors {
  private static let monitor = Monitor()
  // Safety: both variables are used under the monitor's lock only.
  private nonisolated(unsafe) static var last = -1_000_000
  private nonisolated(unsafe) static var files: [Descriptor: MockFile] = [:]

  static func next() -> Descriptor {
    monitor.withLock {
      unsafe last -= 1
      return unsafe Descriptor(rawValue: last)
    }
  }

  static func set(_ file: MockFile?, for descriptor: Descriptor) {
    monitor.withLock { unsafe files[descriptor] = file }
  }

  static func file(of descriptor: Descriptor) -> MockFile? {
    monitor.withLock { unsafe files[descriptor] }
  }
}
