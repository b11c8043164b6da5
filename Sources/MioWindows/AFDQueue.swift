import CMioWindows
import MioCore
import MioLock

/// The polls of the sockets of one port, shared by a selector, its duplicates and, weakly, its records.
@safe
final class AFDQueue<Calls: AFDCalls>: @unchecked Sendable {
  // Safety of `@unchecked`: everything mutable is used under the lock, except what is the poller's.

  let port: AFDPort<Calls>
  /// The operations of named pipes.
  let operations: PortOperations
  private let lock = Lock()

  private var helpers = AFDHelpers()

  /// The records whose polls are under way, by their requests: the system writes to them.
  private var inFlight: [UInt: AFDRecord] = [:]

  /// Records for which something is to be done before the next wait.
  private var listed: [AFDRecord] = []

  /// Those for which it is being done; it is kept for its memory.
  private var due: [AFDRecord] = []

  /// Whether the poller waits: then what is to be done is done at once.
  private var isWaiting = false

  /// The poller's own.
  private var packets: [c_mio_packet] = []

  init(_ calls: Calls) throws(IOError) {
    port = try AFDPort(calls)
    operations = PortOperations(port: port.handle)
  }

  deinit {
    drain()
  }

  var calls: Calls { port.calls }

  /// Lets all polls come to their end, for the system writes to their memory until then.
  private func drain() {
    for record in inFlight.values {
      record.state.deregister()
      perform(record)
    }
    operations.close()
    // A poll that could not be cancelled ends with its helper.
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
    // Memory that the system may still write to is rather lost than freed; that of pipes holds itself.
    for record in inFlight.values { _ = unsafe Unmanaged.passRetained(record) }
  }
}

/// How long a drain waits for the next packet: they come at once, or never.
private let longestDrain: UInt32 = 10_000

/// How soon a poll is made again that the system neither took nor refused by a packet.
private let retryInterval: UInt32 = 10

// MARK: - Changes

extension AFDQueue {
  /// Changes what is wanted of a socket, and sees to it that its poll follows.
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

  /// Returns whether the record was registered; if not, nothing changes.
  func reregister(
    _ record: AFDRecord, base: Int, token: Token, interest: Interest, mode: TriggerMode
  ) -> Bool {
    lock.withLock {
      guard record.state.isRegistered else { return false }
      registerLocked(record, base, token, interest, mode)
      return true
    }
  }

  /// Returns whether the record was registered.
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

  /// Does what is to be done for a record's poll.
  private func perform(_ record: AFDRecord) {
    guard let helper = record.helper else { return }
    switch record.state.nextStep() {
    case .nothing: break
    case .submit(let events): submit(record, events, helper)
    case .cancel:
      // One that has ended has its packet on the way. One that cannot be cancelled ends when it finds
      // something, or with its socket.
      _ = unsafe calls.cancel(helper, record.request)
    }
  }

  private func submit(_ record: AFDRecord, _ events: AFDEvents, _ helper: Int) {
    let status = unsafe calls.submit(
      helper, record.request, base: record.base, events: events.rawValue)
    if status != C_MIO_STATUS_SUCCESS && status != C_MIO_STATUS_PENDING {
      // The system sends no packet. This one stands in for it, so that what failed is told in its turn, and
      // also to a poller that waits.
      unsafe record.request.pointee.status = status
      if calls.post(port.handle, record.operation) < 0 {
        record.state.takeBack()
        list(record)
        return
      }
    }
    inFlight[record.operation] = record
  }

  /// Gives its place with a helper back when nothing will happen any more.
  private func settle(_ record: AFDRecord) {
    guard record.state.isAtRest, let helper = record.helper else { return }
    record.helper = nil
    if let unused = helpers.release(helper) { _ = calls.close(unused) }
  }
}

// MARK: - Waiting

extension AFDQueue {
  /// Waits once, and again without waiting while what came may have hidden what is ready.
  ///
  /// - Returns: How many events there are, or a negated error code.
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
      // What was found already may not be lost; a port that fails, fails again.
      if found < 0 { return count > 0 ? count : found }
      if !mayBeMore || count == buffer.count { return count }
      milliseconds = 0
    }
  }

  /// Does what is listed, and returns how long to wait.
  private func prepareToWait(_ milliseconds: UInt32) -> UInt32 {
    swap(&listed, &due)
    for record in due {
      record.isListed = false
      perform(record)
      settle(record)
    }
    due.removeAll(keepingCapacity: true)
    isWaiting = milliseconds != 0
    // What is listed still could not be done.
    let isDone = operations.beginRound() && listed.isEmpty
    return isDone ? milliseconds : min(milliseconds, retryInterval)
  }

  /// Turns packets into events.
  ///
  /// - Returns: Whether there may be more without waiting: behind packets that told nothing but took all
  ///   the room, or of a poll that was made anew.
  private func report(
    _ found: Int, into buffer: UnsafeMutableBufferPointer<Event>, _ count: inout Int
  ) -> Bool {
    if found <= 0 { return false }
    var mayBeMore = found == buffer.count - count
    for packet in packets[..<found] {
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
    // No pipe is told of twice: what is behind its packets waits for the next poll.
    return mayBeMore && count == told
  }

  /// What a packet came to.
  private enum Outcome {
    case event(Event)
    case askedAgain
    case nothing
  }

  private func take(_ packet: c_mio_packet) -> Outcome {
    guard let record = inFlight.removeValue(forKey: packet.operation) else {
      // A pipe's. Without an operation it is the notifier's.
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
