import CTestHelpers
import Glibc
import Testing

/// Runs a body on a thread with its own network, which contains only a loopback interface.
///
/// It skips the test if the system does not allow that.
///
/// - Parameters:
///   - mtu: The maximum length of packets.
///   - settings: The values for files of `/proc/sys/net`.
///   - body: The test.
/// - Throws: The error that the body throws.
public func withIsolatedNetwork(
  mtu: Int32 = 65_536, settings: [String: String] = [:],
  _ body: @escaping @Sendable () throws -> Void
) throws {
  let isAllowed = Locked(true)
  try Worker {
    guard c_test_isolate_network(mtu) == 0, settings.allSatisfy(set) else {
      return isAllowed.withLock { $0 = false }
    }
    try body()
  }.join()
  if isAllowed.withLock({ !$0 }) {
    try skip("networks of a thread's own", "unshare(2) is refused")
  }
}

private func set(_ name: String, _ value: String) -> Bool {
  let file = unsafe open("/proc/sys/net/\(name)", O_WRONLY | O_CLOEXEC)
  defer { close(file) }
  return unsafe write(file, value, value.utf8.count) == value.utf8.count
}
