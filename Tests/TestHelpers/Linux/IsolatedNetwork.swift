import CTestHelpers
import Glibc
import Testing

/// Runs a body on a thread that has a network of its own, with nothing in it but a loopback interface.
///
/// Skips the test where that is not allowed.
///
/// - Throws: What the body throws.
public func withIsolatedNetwork(
  mtu: Int32 = 65_536, _ body: @escaping @Sendable () throws -> Void
) throws {
  let refusal = Locked<Int32>(0)
  let worker = Worker {
    let error = c_test_isolate_network(mtu)
    if error == 0 { try body() } else { refusal.withLock { $0 = error } }
  }
  try worker.join()
  let error = refusal.withLock { $0 }
  if error != 0 { try skip("a network of its own", "not allowed: error \(error)") }
}
