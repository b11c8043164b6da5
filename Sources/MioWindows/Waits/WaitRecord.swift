import CMioWindows
import MioCore
import MioLock

/// The state that a wait shares with the port that reports it.
///
/// The operations of the port retain the record as long as the port may have its packet.
final class WaitRecord: RegistrationRecord, PortSource, @unchecked Sendable {
  // Safety of `@unchecked`: mutable state is used under the lock, or by the poller only.

  /// The status of the packet.
  private enum Status {
    case idle
    /// The packet arrives when the object is signaled.
    case pending
    /// The packet is not wanted any more, but it arrives nevertheless.
    case abandoned
  }

  private struct Registration {
    var token: Token
    var mode: TriggerMode
    /// Whether an event has not been reported yet.
    var isArmed = true
    let operations: PortOperations
  }

  let object: Int
  let calls: any WaitCalls
  private let packet: Int
  private let lock = Lock()
  private var status = Status.idle
  private var registration: Registration?
  /// Whether the packet has arrived, and has not been reported.
  private var isSignaled = false

  init(object: Int, _ calls: any WaitCalls) throws(IOError) {
    let packet = calls.makePacket()
    try IOError.checkWin32(packet, .create)
    self.object = object
    self.calls = calls
    self.packet = packet
    super.init(selector: portSourceIdentity)
  }

  deinit {
    precondition(status == .idle, "a packet is closed that the port may have")
    // The record owns the packet, so closing it cannot fail.
    _ = calls.close(packet)
  }

  var possibleInterest: Interest { .readable }

  override func wouldBlock(_ direction: Direction) {
    lock.withLock {
      guard direction == .readable, registration?.mode == .edge else { return }
      registration?.isArmed = true
      if perform() != nil { remember() }
    }
  }

  override func sourceWillClose() {
    lock.withLock { end() }
  }

  /// The value that the packet carries.
  private var operation: UInt { UInt(bitPattern: ObjectIdentifier(self)) }
}

// MARK: - Registration

extension WaitRecord {
  func register(
    with operations: PortOperations, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try lock.withLock { () throws(IOError) in
      try change(
        to: Registration(token: token, mode: mode, operations: operations), .register)
    }
  }

  func reregister(
    with operations: PortOperations, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try lock.withLock { () throws(IOError) in
      guard registration?.operations === operations else {
        try IOError.raise(.notRegistered, .reregister)
      }
      try change(
        to: Registration(token: token, mode: mode, operations: operations), .reregister)
    }
  }

  func deregister(from operations: PortOperations) throws(IOError) {
    try lock.withLock { () throws(IOError) in
      guard registration?.operations === operations else {
        try IOError.raise(.notRegistered, .deregister)
      }
      end()
    }
  }

  private func change(
    to new: Registration, _ operation: IOError.Operation
  ) throws(IOError) {
    let previous = registration
    registration = new
    if let failure = perform() {
      registration = previous
      try IOError.checkWin32(Int(failure), operation)
    }
  }

  private func end() {
    let operations = registration?.operations
    registration = nil
    isSignaled = false
    if let operations { cancel(operations) }
  }
}

// MARK: - The packet

extension WaitRecord {
  /// Associates the packet, if an event has to be reported.
  ///
  /// - Returns: A negated code if this failed.
  private func perform() -> Int32? {
    guard let registration, registration.isArmed, status == .idle, !isSignaled,
      registration.operations.begin(operation, of: self)
    else { return nil }
    let code = calls.associate(packet, registration.operations.port, object, operation)
    if code < 0 {
      registration.operations.takeBack(operation)
      return code
    }
    status = .pending
    return nil
  }

  private func cancel(_ operations: PortOperations) {
    guard status == .pending else { return }
    if calls.cancel(packet) == C_MIO_STATUS_SUCCESS {
      status = .idle
      operations.takeBack(operation)
    } else {
      status = .abandoned
    }
  }

  private func remember() {
    registration?.operations.remember(self)
  }

  private func isRegistered(with operations: PortOperations) -> Bool {
    registration?.operations === operations
  }

  func complete(_ operation: UInt, on operations: PortOperations) {
    lock.withLock {
      isSignaled = status == .pending && isRegistered(with: operations)
      status = .idle
      // A late packet was for a registration that has ended.
      if perform() != nil { remember() }
    }
  }

  func takeEvent(for operations: PortOperations) -> Event? {
    lock.withLock {
      guard isRegistered(with: operations), isSignaled, let registration else { return nil }
      isSignaled = false
      if registration.mode == .level { remember() } else { self.registration?.isArmed = false }
      return Event(token: registration.token, readiness: .readable)
    }
  }

  func beginRound(of operations: PortOperations) {
    lock.withLock {
      // An invalid handle stays invalid.
      if let failure = perform(), -Int(failure) != C_MIO_ERROR_INVALID_HANDLE { remember() }
    }
  }

  func portWillClose(_ operations: PortOperations) {
    lock.withLock {
      if isRegistered(with: operations) { end() }
    }
  }
}
