import CMioWindows
import MioWindows
import TestHelpers
import Testing

/// The system calls of the real kernel, with a count of the objects that exist.
struct CountedAFDCalls: AFDCalls {
  /// The objects that exist.
  ///
  /// All of them belong to selectors of one test, because tests run one after the other.
  struct Ledger: Sendable {
    var ports: Set<Int> = []
    var helpers: Set<Int> = []
    var requests: Set<UInt> = []
    /// The requests for which a packet will arrive.
    var inFlight: Set<UInt> = []
    /// The maximum number of simultaneous polls in progress; `mostHelpers` is that of helpers.
    var mostInFlight = 0
    var mostHelpers = 0
    /// The violations of the rules.
    var faults: [String] = []

    var isEmpty: Bool {
      ports.isEmpty && helpers.isEmpty && requests.isEmpty && inFlight.isEmpty
    }
  }

  static let ledger = Locked(Ledger())

  private let calls = SystemAFDCalls()

  init() {}

  func createPort() -> Int {
    let port = calls.createPort()
    Self.ledger.withLock { _ = $0.ports.insert(port) }
    return port
  }

  func post(_ port: Int, _ operation: UInt) -> Int32 { calls.post(port, operation) }

  @unsafe
  func wait(
    _ port: Int, _ packets: UnsafeMutableBufferPointer<c_mio_packet>, milliseconds: UInt32
  ) -> Int {
    let count = unsafe calls.wait(port, packets, milliseconds: milliseconds)
    Self.ledger.withLock { ledger in
      for index in 0..<max(count, 0) where unsafe packets[index].operation != 0 {
        // The kernel does not know the operations of posted packets.
        unsafe ledger.inFlight.remove(packets[index].operation)
      }
    }
    return count
  }

  func openHelper(_ port: Int, sharing: UInt32, skipping: UInt32) -> Int {
    let helper = calls.openHelper(port, sharing: sharing, skipping: skipping)
    Self.ledger.withLock {
      $0.helpers.insert(helper)
      $0.mostHelpers = max($0.mostHelpers, $0.helpers.count)
    }
    return helper
  }

  func handle(of socket: Int, by control: UInt32) -> Int { calls.handle(of: socket, by: control) }

  @unsafe
  func makeRequest() -> UnsafeMutablePointer<c_mio_afd_request>? {
    guard let request = unsafe calls.makeRequest() else { return nil }
    Self.ledger.withLock { _ = $0.requests.insert(UInt(bitPattern: request)) }
    return unsafe request
  }

  @unsafe
  func destroy(_ request: UnsafeMutablePointer<c_mio_afd_request>) {
    let number = UInt(bitPattern: request)
    Self.ledger.withLock { ledger in
      if ledger.inFlight.contains(number) { ledger.faults.append("freed while it is written to") }
      if ledger.requests.remove(number) == nil { ledger.faults.append("freed twice") }
    }
    unsafe calls.destroy(request)
  }

  @unsafe
  func submit(
    _ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>, base: Int, events: UInt32
  ) -> Int32 {
    let number = UInt(bitPattern: request)
    Self.ledger.withLock { ledger in
      if !ledger.inFlight.insert(number).inserted { ledger.faults.append("two polls at a time") }
      ledger.mostInFlight = max(ledger.mostInFlight, ledger.inFlight.count)
    }
    let status = unsafe calls.submit(helper, request, base: base, events: events)
    let comes = status == C_MIO_STATUS_SUCCESS || status == C_MIO_STATUS_PENDING
    if !comes { Self.ledger.withLock { _ = $0.inFlight.remove(number) } }
    return status
  }

  @unsafe
  func cancel(_ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>) -> Int32 {
    unsafe calls.cancel(helper, request)
  }

  func close(_ handle: Int) -> Int32 {
    Self.ledger.withLock { ledger in
      if ledger.ports.remove(handle) == nil && ledger.helpers.remove(handle) == nil {
        ledger.faults.append("closed twice")
      }
    }
    return calls.close(handle)
  }

  func now() -> UInt64 { calls.now() }
}
