public import MioCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// Returns the descriptor that a supervisor has passed to this program.
///
/// The variable `LISTEN_FDS` contains the number of descriptors, which must be 1. The descriptor is
/// then 3. `LISTEN_PID` contains the process that the descriptors are for, because a child process
/// may inherit the variables. The program ends if there is no descriptor for it.
///
/// - SeeAlso: `sd_listen_fds(3)`, which defines this convention.
public func inheritedDescriptor() -> Descriptor {
  if let process = environmentVariable("LISTEN_PID"), Int32(process) != getpid() {
    fail("LISTEN_PID is '\(process)', but this is process \(getpid())", status: 2)
  }
  guard let count = environmentVariable("LISTEN_FDS") else {
    fail("LISTEN_FDS is not set: a supervisor has to pass a listening socket", status: 2)
  }
  guard Int(count) == 1 else { fail("LISTEN_FDS is '\(count)', and has to be 1", status: 2) }
  return Descriptor(3)
}

private func environmentVariable(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  return unsafe String(cString: value)
}
