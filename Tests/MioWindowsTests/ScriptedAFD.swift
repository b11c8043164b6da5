import CMioErrors
import CMioWindows
import Glibc
import MioWindows

/// A completion port with the ancillary function driver, in memory.
///
/// A test determines the readiness of the sockets and the failures of the calls. Time passes only
/// during waits.
///
/// The script behaves as Windows is documented to behave and as Wine was observed to behave. It
/// keeps a list of violations: freeing memory that a poll may still write to, closing twice, and
/// submitting twice. See ``AFDKernel``.
struct ScriptedAFD: AFDCalls {
  /// A system call of the backend.
  enum Name: Hashable, CaseIterable {
    case createPort, post, wait, openHelper, handle, makeRequest, submit, cancel, close
  }

  let kernel = Monitored(AFDKernel())

  init() {}
}

// MARK: - Calls of the tests

extension ScriptedAFD {
  /// Makes the next calls fail with these codes or statuses, one after the other; 0 lets a call
  /// succeed.
  func fail(_ name: Name, with codes: Int32...) {
    kernel.withLock { $0.failures[name, default: []] += codes }
  }

  /// Makes calls fail with this code or status until `recover`.
  func failAlways(_ name: Name, with code: Int32) {
    kernel.withLock { $0.failures[name] = Array(repeating: code, count: 1_000_000) }
  }

  /// Makes calls succeed again.
  func recover(_ name: Name) {
    kernel.withLock { $0.failures[name] = nil }
  }

  /// Runs a closure, as another thread would, when the next wait or a later one has found nothing.
  func duringWait(_ meanwhile: @escaping @Sendable () -> Void) {
    kernel.withLock { $0.meanwhile.append(meanwhile) }
  }

  func count(_ name: Name) -> Int { kernel.withLock { $0.counts[name, default: 0] } }

  /// The number of polls in progress.
  var pollCount: Int { kernel.withLock { $0.polls.count } }

  var helperCount: Int { kernel.withLock { $0.helpers.count } }

  var portCount: Int { kernel.withLock { $0.ports.count } }

  /// Whether a wait is sleeping.
  var isWaiting: Bool { kernel.withLock { $0.isWaiting } }

  /// Returns the events that the polls of a socket in progress request.
  func asked(_ handle: Int) -> [UInt32] {
    kernel.withLock { kernel in kernel.polls.values.filter { $0.handle == handle }.map(\.asked) }
  }

  /// Opens a socket with this readiness.
  func open(_ bits: UInt32 = 0) -> Int { kernel.withLock { $0.openSocket(bits) } }

  /// Sets the readiness of a socket.
  func set(_ handle: Int, _ bits: UInt32) { kernel.withLock { $0.set(handle, bits) } }

  /// Closes the handle of a socket, whose value may be used for the next socket.
  func closeSocket(_ handle: Int) { kernel.withLock { $0.closeSocket(handle) } }

  /// The violations of the rules.
  var violations: [String] { kernel.withLock { $0.violations } }

  /// The objects of a destroyed selector that still exist, and the violations.
  var remains: [String] { kernel.withLock { $0.remains } }
}

// MARK: - The system calls

extension ScriptedAFD {
  func createPort() -> Int {
    kernel.withLock { kernel in
      if let code = kernel.begin(.createPort) { return -Int(code) }
      return kernel.openPort()
    }
  }

  func post(_ port: Int, _ operation: UInt) -> Int32 {
    kernel.withLock { kernel in
      if let code = kernel.begin(.post) { return -code }
      kernel.post(port, operation)
      return 0
    }
  }

  @unsafe
  func wait(
    _ port: Int, _ packets: UnsafeMutableBufferPointer<c_mio_packet>, milliseconds: UInt32
  ) -> Int {
    let isReal = kernel.withLock { kernel in
      kernel.waits.append(
        AFDKernel.Wait(
          place: UInt(bitPattern: packets.baseAddress), room: packets.count,
          milliseconds: milliseconds))
      return kernel.isReal
    }
    if let code = kernel.withLock({ $0.begin(.wait) }) { return -Int(code) }
    while true {
      if let found = kernel.withLock({ unsafe $0.take(port, into: packets) }) {
        return found
      }
      guard let meanwhile = kernel.withLock({ $0.takeMeanwhile() }) else { break }
      meanwhile()
    }
    if isReal { return unsafe waitReally(port, packets, milliseconds) }
    return kernel.withLock { kernel in
      if milliseconds == .max { return -Int(EDEADLK) }
      kernel.clock += UInt64(milliseconds) * 1_000_000
      return 0
    }
  }

  private func waitReally(
    _ port: Int, _ packets: UnsafeMutableBufferPointer<c_mio_packet>, _ milliseconds: UInt32
  ) -> Int {
    // An unlimited wait lasts a minute, so that a test that waits that long is recognized as
    // hanging.
    let deadline = now() + (milliseconds == .max ? 60_000 : UInt64(milliseconds)) * 1_000_000
    while true {
      let time = now()
      let rest = time < deadline ? deadline - time : 0
      let found = kernel.wait(for: rest) { kernel in
        let found = unsafe kernel.take(port, into: packets)
        kernel.isWaiting = found == nil
        return found
      }
      kernel.withLock { $0.isWaiting = false }
      if let found { return found }
      if now() >= deadline { return 0 }
    }
  }

  func openHelper(_ port: Int, sharing: UInt32, skipping: UInt32) -> Int {
    kernel.withLock { kernel in
      // A device that is not shared allows one helper in the whole system.
      kernel.require(
        sharing == C_MIO_FILE_SHARE_READ | C_MIO_FILE_SHARE_WRITE, "a helper that is not shared")
      let isQuiet = skipping == C_MIO_SKIP_SET_EVENT_ON_HANDLE
      kernel.require(isQuiet, "a helper that sets its event, or sends no packets")
      if let code = kernel.begin(.openHelper) { return -Int(code) }
      return kernel.openHelper(port)
    }
  }

  func handle(of socket: Int, by control: UInt32) -> Int {
    kernel.withLock { kernel in
      if let code = kernel.begin(.handle) { return -Int(code) }
      if let provider = kernel.providers[socket] {
        return provider[control] ?? -Int(C_MIO_EOPNOTSUPP)
      }
      if kernel.handles[socket] == nil { return -Int(C_MIO_ENOTSOCK) }
      return control == C_MIO_SIO_BASE_HANDLE ? socket : -Int(C_MIO_EOPNOTSUPP)
    }
  }

  @unsafe
  func makeRequest() -> UnsafeMutablePointer<c_mio_afd_request>? {
    unsafe kernel.withLock { kernel in
      if kernel.begin(.makeRequest) != nil { return nil }
      return unsafe kernel.makeRequest()
    }
  }

  @unsafe
  func destroy(_ request: UnsafeMutablePointer<c_mio_afd_request>) {
    kernel.withLock { unsafe $0.destroy(request) }
  }

  @unsafe
  func submit(
    _ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>, base: Int, events: UInt32
  ) -> Int32 {
    kernel.withLock { kernel in
      unsafe kernel.fill(request, base, events)
      if let status = kernel.begin(.submit) { return status }
      return unsafe kernel.submit(helper, request, base, events)
    }
  }

  @unsafe
  func cancel(_ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>) -> Int32 {
    kernel.withLock { kernel in
      if let status = kernel.begin(.cancel) { return status }
      return kernel.cancel(helper, UInt(bitPattern: request))
    }
  }

  func close(_ handle: Int) -> Int32 {
    kernel.withLock { kernel in
      let code = kernel.begin(.close)
      kernel.close(handle)
      return -(code ?? 0)
    }
  }

  func now() -> UInt64 {
    kernel.withLock { kernel in
      guard kernel.isReal else { return kernel.clock }
      var time = timespec()
      unsafe clock_gettime(CLOCK_MONOTONIC, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
  }
}
