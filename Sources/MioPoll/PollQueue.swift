import CMioErrors
import CMioPoll
import MioCore
import MioLock

/// The registered sources, which a selector, its duplicates and, weakly, its records share.
///
/// The lock is not held while the poller waits. The poller passes a copy of the entries to the
/// system. It drops the results of entries that another thread has changed. No event is lost,
/// because the poller queries the system again.
@safe
final class PollQueue<Calls: PollCalls>: @unchecked Sendable {
  // Safety of `@unchecked`: mutable properties are used under the lock, except those of the poller.

  let calls: Calls
  let notifier: PollWakeNotifier<Calls>
  private let witness: PollWitness<Calls>
  private let lock = Lock()

  private var registrations = PollRegistrations()
  private var lastSerial: UInt64 = 0

  /// Whether the poller waits, and has to be notified of changes.
  private var isWaiting = false

  // Only the poller uses these: the entries of a call, and the serials of their registrations.
  private var questions: [c_mio_poll_entry] = []
  private var serials: [UInt64] = []
  /// The position at which the next poll begins, so that no source starves at a small capacity.
  private var firstPosition = 0
  /// Whether the last wait dropped a result, because its entry had changed.
  private var hasDroppedAnswer = false

  init(_ calls: Calls) throws(IOError) {
    self.calls = calls
    notifier = try PollWakeNotifier(calls)
    witness = try PollWitness(calls)
  }
}

// MARK: - Registering

extension PollQueue {
  func add(
    _ descriptor: Int32, _ record: PollRecord, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try change { () throws(IOError) in
      let identity = try witness.enlist(descriptor)
      try removeStale(descriptor, identity)
      registrations.insert(
        PollRegistration(
          descriptor, identity, record, serial: nextSerial(), token: token, interest: interest,
          mode: mode))
    }
  }

  /// Removes the registration of the same number for a file that other code has closed.
  private func removeStale(
    _ descriptor: Int32, _ identity: c_mio_poll_identity
  ) throws(IOError) {
    guard let position = registrations.position(of: descriptor) else { return }
    if registrations[position]?.stands(for: identity) == true {
      throw IOError(
        .alreadyRegistered, operation: .register, code: Int32(C_MIO_EEXIST))
    }
    registrations.remove(at: position)
  }

  func replace(
    _ descriptor: Int32, _ record: PollRecord, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try change { () throws(IOError) in
      let identity = try witness.recognize(descriptor)
      guard let position = record.position,
        registrations[position]?.stands(for: identity) == true
      else {
        throw IOError(.notRegistered, operation: .reregister, code: Int32(C_MIO_ENOENT))
      }
      registrations[position]?.replace(
        serial: nextSerial(), token: token, interest: interest, mode: mode)
    }
  }

  /// Returns whether the record was registered.
  func remove(_ record: PollRecord) -> Bool {
    change {
      guard let position = record.position, let registration = registrations[position] else {
        return false
      }
      registrations.remove(at: position)
      witness.strike(registration.descriptor)
      return true
    }
  }

  /// Watches a direction again.
  func rearm(_ record: PollRecord, _ direction: Direction) {
    let mustNotify = lock.withLock {
      guard let position = record.position else { return false }
      return registrations[position]?.rearm(direction) == true && isWaiting
    }
    if mustNotify { try? notifier.signal() }
  }

  private func nextSerial() -> UInt64 {
    lastSerial += 1
    return lastSerial
  }

  /// Changes the registrations, and makes a waiting poller query the system again.
  private func change<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let (result, mustNotify) = try lock.withLock { () throws(Failure) in
      (try body(), isWaiting)
    }
    // This fails only if other code has closed the notifier, and then the poller throws the error.
    if mustNotify { try? notifier.signal() }
    return result
  }
}

// MARK: - Waiting

extension PollQueue {
  /// Waits once.
  ///
  /// A call that does not wait returns the ready sources, even if another thread has changed an
  /// entry during the call.
  ///
  /// - Returns: The number of events, or a negated error code.
  func wait(into buffer: UnsafeMutableBufferPointer<Event>, nanoseconds: Int64) -> Int {
    while true {
      let result = unsafe askAndTake(into: buffer, nanoseconds: nanoseconds)
      if result != 0 || nanoseconds != 0 || !hasDroppedAnswer { return result }
    }
  }

  private func askAndTake(
    into buffer: UnsafeMutableBufferPointer<Event>, nanoseconds: Int64
  ) -> Int {
    hasDroppedAnswer = false
    lock.withLock {
      ask()
      isWaiting = nanoseconds != 0
    }
    let result = unsafe questions.withUnsafeMutableBufferPointer {
      unsafe calls.wait($0, nanoseconds: nanoseconds)
    }
    return lock.withLock {
      isWaiting = false
      if result <= 0 { return result }
      // A poll without its notifier cannot be woken: other code has closed the descriptor.
      if questions[0].found & C_MIO_POLL_INVALID != 0 { return -Int(C_MIO_EBADF) }
      if questions[0].found != 0 { notifier.drain() }
      return unsafe takeAnswers(into: buffer)
    }
  }

  private func ask() {
    questions.removeAll(keepingCapacity: true)
    serials.removeAll(keepingCapacity: true)
    questions.append(
      c_mio_poll_entry(
        descriptor: notifier.descriptor, asked: C_MIO_POLL_READABLE, found: 0))
    registrations.removeHoles()
    for position in 0..<registrations.positionCount {
      questions.append(registrations[position]?.entry ?? .none)
      serials.append(registrations[position]?.serial ?? 0)
    }
  }

  private func takeAnswers(into buffer: UnsafeMutableBufferPointer<Event>) -> Int {
    var count = 0
    let total = serials.count
    for step in 0..<total {
      let position = (firstPosition + step) % total
      let found = questions[position + 1].found
      if found == 0 { continue }
      guard registrations[position]?.serial == serials[position] else {
        hasDroppedAnswer = true
        continue
      }
      if count == buffer.count {
        firstPosition = position
        return count
      }
      guard let event = registrations[position]?.take(found) else { continue }
      unsafe buffer.initializeElement(at: count, to: event)
      count += 1
    }
    firstPosition = 0
    return count
  }
}
