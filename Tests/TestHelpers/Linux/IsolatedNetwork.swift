import CTestHelpers
import Glibc
import Testing

/// Runs a body on a thread that has a network of its own, with nothing in it but a loopback interface.
///
/// Skips the test where that is not allowed.
///
/// - Parameters:
///   - mtu: How long packets can be.
///   - settings: What to set of `/proc/sys/net`.
///   - body: The test.
/// - Throws: What the body throws.
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
