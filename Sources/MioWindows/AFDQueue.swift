import CMioWindows
import MioCore
import MioLock

/// The polls of the sockets of one port.
///
/// A selector shares the queue with its duplicates. The records of the sockets reference it weakly.
@safe
final class AFDQueue<Calls: AFDCalls>: @unchecked Sendable {
  // Safety of `@unchecked`: mutable state is used under the lock, or by the poller only.

  let port: AFDPort<Calls>
  /// The operations of named pipes and waits.
  let operations: PortOperations
  private let lock = Lock()

  private var helpers = AFDHelpers()

  /// The records whose polls are in progress, by the addresses of their requests.
  ///
  /// The dictionary keeps the records alive, because the system writes to the requests.
  private var inFlight: [UInt: AFDRecord] = [:]

  /// The records that have work to do before the next wait.
  private var listed: [AFDRecord] = []

  /// The records whose work is being done; the array is kept for its memory.
  private var due: [AFDRecord] = []

  /// Whether the poller is waiting, so that work must be done at once.
  private var isWaiting = false

  /// The buffer of packets, which only the poller uses.
  private var packets: [c_mio_packet] = []

  init(_ calls: Calls) throws(IOError) {
    port = try AFDPort(calls)
    operations = PortOperations(port: port.handle)
  }

  deinit {
    drain()
  }

  var calls: Calls { port.calls }

  /// Lets all polls end, because the system writes to their memory until then.
  private func drain() {
    for record in inFlight.values {
      record.state.deregister()
      perform(record)
    }
    operations.close()
    // A poll that could not be cancelled ends when its helper is closed.
    for helper in helpers.removeAll() { _ = calls.close(helper) }
    var room = [c_mio_packet](repeating: c_mio_packet(), count: 64)
    while !inFlight.isEmpty || operations.count > 0 {
      let count = unsafe room.withUnsafeMutableBufferPointer {
        unsafe calls.wait(port.handle, $0, milliseconds: longestDrain)
      }
      if count <= 0 { break }
      for packet in room[..<count] { _ = take(packet) }
    }
    operations.forget()
    // The system may still write to this memory, so it is leaked and not freed.
    for record in inFlight.values { _ = unsafe Unmanaged.passRetained(record) }
  }
}

/// The time in milliseconds that a drain waits for the next packet.
///
/// A packet arrives at once or not at all.
private let longestDrain: UInt32 = 10_000

/// The time in milliseconds after which a poll is tried again that could neither be submitted nor
/// reported as refused by a packet.
private let retryInterval: UInt32 = 10

// MARK: - Changes

extension AFDQueue {
  /// Changes the requests of a socket, and makes its poll follow.
  func change(_ record: AFDRecord, _ body: (inout AFDSocketState) -> Void) {
    lock.withLock { changeLocked(record, body) }
  }

  /// Registers a record that is not registered.
  func register(
    _ record: AFDRecord, base: Int, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError) {
    try lock.withLock { () throws(IOError) in
      if record.helper == nil {
        record.helper = try helpers.acquire { openHelper() }
      }
      registerLocked(record, base, token, interest, mode)
    }
  }

  private func openHelper() -> Int {
    calls.openHelper(
      port.handle, sharing: C_MIO_FILE_SHARE_READ | C_MIO_FILE_SHARE_WRITE,
      skipping: C_MIO_SKIP_SET_EVENT_ON_HANDLE)
  }

  /// Changes the registration of a record, and returns whether the record was registered.
  ///
  /// If it was not registered, nothing changes.
  func reregister(
    _ record: AFDRecord, base: Int, token: Token, interest: Interest, mode: TriggerMode
  ) -> Bool {
    lock.withLock {
      guard record.state.isRegistered else { return false }
      registerLocked(record, base, token, interest, mode)
      return true
    }
  }

  /// Ends the registration of a record, and returns whether the record was registered.
  func deregister(_ record: AFDRecord) -> Bool {
    lock.withLock {
      guard record.state.isRegistered else { return false }
      changeLocked(record) { $0.deregister() }
      return true
    }
  }

  private func registerLocked(
    _ record: AFDRecord, _ base: Int, _ token: Token, _ interest: Interest, _ mode: TriggerMode
  ) {
    record.base = base
    record.token = token
    changeLocked(record) { $0.register(interest, mode) }
  }

  private func changeLocked(_ record: AFDRecord, _ body: (inout AFDSocketState) -> Void) {
    body(&record.state)
    if isWaiting { perform(record) } else { list(record) }
    settle(record)
  }

  private func list(_ record: AFDRecord) {
    guard !record.isListed, !record.state.isAtRest else { return }
    record.isListed = true
    listed.append(record)
  }

  /// Performs the next step of a record's poll.
  private func perform(_ record: AFDRecord) {
    guard let helper = record.helper else { return }
    switch record.state.nextStep() {
    case .nothing: break
    case .submit(let events): submit(record, events, helper)
    case .cancel:
      // If the poll has already ended, its packet is in the port. If the poll cannot be cancelled,
      // it ends when it finds an event, or when its socket is closed.
      _ = unsafe calls.cancel(helper, record.request)
    }
  }

  private func submit(_ record: AFDRecord, _ events: AFDEvents, _ helper: Int) {
    let status = unsafe calls.submit(
      helper, record.request, base: record.base, events: events.rawValue)
    if status != C_MIO_STATUS_SUCCESS && status != C_MIO_STATUS_PENDING {
      // The system sends no packet. This packet takes its place, so that the poller reports the
      // failure like an event, even if the poller is already waiting.
      unsafe record.request.pointee.status = status
      if calls.post(port.handle, record.operation) < 0 {
        record.state.takeBack()
        list(record)
        return
      }
    }
    inFlight[record.operation] = record
  }

  /// Releases the place with a helper when no more events can happen to the record.
  private func settle(_ record: AFDRecord) {
    guard record.state.isAtRest, let helper = record.helper else { return }
    record.helper = nil
    if let unused = helpers.release(helper) { _ = calls.close(unused) }
  }
}

// MARK: - Waiting

extension AFDQueue {
  /// Waits once, and again without waiting as long as the packets may have hidden ready sources.
  ///
  /// - Returns: The number of events, or a negated error code.
  func wait(into buffer: UnsafeMutableBufferPointer<Event>, milliseconds: UInt32) -> Int {
    if packets.count < buffer.count {
      packets = Array(repeating: c_mio_packet(), count: buffer.count)
    }
    var milliseconds = lock.withLock { prepareToWait(milliseconds) }
    var count = 0
    while true {
      let room = buffer.count - count
      let found = unsafe packets.withUnsafeMutableBufferPointer {
        unsafe calls.wait(
          port.handle, UnsafeMutableBufferPointer(rebasing: $0[..<room]), milliseconds: milliseconds
        )
      }
      let mayBeMore = lock.withLock {
        isWaiting = false
        return unsafe report(found, into: buffer, &count)
      }
      // The events that were found must not be lost. If the port fails, it fails at the next wait
      // again.
      if found < 0 { return count > 0 ? count : found }
      if !mayBeMore || count == buffer.count { return count }
      milliseconds = 0
    }
  }

  /// Does the listed work, and returns the timeout of the wait.
  private func prepareToWait(_ milliseconds: UInt32) -> UInt32 {
    swap(&listed, &due)
    for record in due {
      record.isListed = false
      perform(record)
    }
    due.removeAll(keepingCapacity: true)
    isWaiting = milliseconds != 0
    // Records that are still listed could not be handled.
    let isDone = operations.beginRound() && listed.isEmpty
    return isDone ? milliseconds : min(milliseconds, retryInterval)
  }

  /// Turns packets into events.
  ///
  /// - Returns: Whether there may be more packets without waiting. This is the case if the packets
  ///   filled the buffer although they report no events, or if a poll was submitted again.
  private func report(
    _ found: Int, into buffer: UnsafeMutableBufferPointer<Event>, _ count: inout Int
  ) -> Bool {
    var mayBeMore = found == buffer.count - count
    for packet in packets[..<max(found, 0)] {
      switch take(packet) {
      case .event(let event):
        unsafe buffer.initializeElement(at: count, to: event)
        count += 1
      case .askedAgain: mayBeMore = true
      case .nothing: break
      }
    }
    let told = count
    count = unsafe operations.report(into: buffer, after: count)
    // An event of a pipe must not be reported twice, so the remaining packets wait for the next
    // poll.
    return mayBeMore && count == told
  }

  /// The outcome of a packet.
  private enum Outcome {
    case event(Event)
    case askedAgain
    case nothing
  }

  private func take(_ packet: c_mio_packet) -> Outcome {
    guard let record = inFlight.removeValue(forKey: packet.operation) else {
      // The packet belongs to a pipe or a wait. Without an operation it belongs to the notifier.
      operations.finish(packet.operation)
      return .nothing
    }
    let request = unsafe record.request.pointee
    let found = AFDEvents(rawValue: request.count == 0 ? 0 : request.events)
    let answer = record.state.complete(request.status, found)
    defer { settle(record) }
    switch answer {
    case .news(let events), .refused(let events):
      list(record)
      return .event(Event(token: record.token, readiness: events.readiness))
    case .again:
      perform(record)
      return .askedAgain
    case .nothing:
      list(record)
      return .nothing
    }
  }
}
