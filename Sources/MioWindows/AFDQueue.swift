import CMioWindows
import MioCore
import MioLock

/// The completion port with the polls of its sockets, shared by a selector, its duplicates, its wakers and,
/// weakly, its records.
@safe
final class AFDQueue<Calls: AFDCalls>: @unchecked Sendable {
  // Safety of `@unchecked`: everything mutable is used under the lock, except what is the poller's.

  let calls: Calls
  let port: Int
  /// The operations of named pipes.
  let operations: PortOperations
  private let lock = Lock()

  private var helpers = AFDHelpers()

  /// The records whose polls are under way, by their requests: the system writes to them.
  private var inFlight: [UInt: AFDRecord] = [:]

  /// Records for which something is to be done before the next wait.
  private var listed: [AFDRecord] = []

  /// What is to be reported although no packet says so: polls that the system refused.
  private var refused: [(record: AFDRecord, found: AFDEvents)] = []

  /// Whether the poller waits: then what is to be done is done at once.
  private var isWaiting = false

  /// The poller's own.
  private var packets: [c_mio_packet] = []

  init(_ calls: Calls) throws(IOError) {
    self.calls = calls
    port = calls.createPort()
    operations = PortOperations(port: port)
    if port < 0 { try IOError.raise(port, .createSelector) }
  }

  deinit {
    drain()
    for helper in helpers.removeAll() { _ = calls.close(helper) }
    _ = calls.close(port)
  }

  /// Lets all polls come to their end, for the system writes to their memory until then.
  private func drain() {
    for record in inFlight.values {
      record.state.deregister()
      perform(record)
    }
    operations.close()
    var room = [c_mio_packet](repeating: c_mio_packet(), count: 64)
    while !inFlight.isEmpty || operations.count > 0 {
      let count = unsafe room.withUnsafeMutableBufferPointer {
        unsafe calls.wait(port, $0, milliseconds: .max)
      }
      if count < 0 { break }
      for packet in room[..<count] { _ = take(packet) }
    }
    operations.forget()
  }
}

// MARK: - Changes

extension AFDQueue {
  /// Changes what is wanted of a socket, and sees to it that its poll follows.
  func change(_ record: AFDRecord, _ body: (inout AFDSocketState) -> Void) {
    lock.withLock { changeLocked(record, body) }
  }

  /// Returns whether the record was registered already.
  ///
  /// If it must be and was not, nothing changes.
  func register(
    _ record: AFDRecord, base: Int, token: Token, interest: Interest, mode: TriggerMode,
    onlyIfRegistered: Bool
  ) -> Bool {
    lock.withLock {
      let wasRegistered = record.state.isRegistered
      if onlyIfRegistered && !wasRegistered { return false }
      record.base = base
      record.token = token
      changeLocked(record) { $0.register(interest, mode) }
      return wasRegistered
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

  private func changeLocked(_ record: AFDRecord, _ body: (inout AFDSocketState) -> Void) {
    body(&record.state)
    if isWaiting {
      perform(record)
      // The poller must come back for what is not said by a packet.
      if !refused.isEmpty { _ = calls.post(port) }
    } else {
      list(record)
    }
  }

  private func list(_ record: AFDRecord) {
    guard !record.isListed else { return }
    record.isListed = true
    listed.append(record)
  }

  /// Does what is to be done for a record's poll.
  private func perform(_ record: AFDRecord) {
    switch record.state.nextStep() {
    case .nothing: break
    case .submit(let events): submit(record, events)
    case .cancel:
      // One that has ended has its packet on the way: not found, and nothing is to be done.
      if let helper = record.helper { _ = unsafe calls.cancel(helper, record.request) }
    }
  }

  private func submit(_ record: AFDRecord, _ events: AFDEvents) {
    let status: Int32
    do throws(IOError) {
      let helper = try helpers.acquire { calls.openHelper(port) }
      status = unsafe calls.submit(
        helper, record.request, base: record.base, events: events.rawValue)
      if status == C_MIO_STATUS_SUCCESS || status == C_MIO_STATUS_PENDING {
        record.helper = helper
        inFlight[record.operation] = record
        return
      }
      release(helper)
    } catch {
      // No helper can be had: an error of the socket, as if the system had refused its poll.
      status = C_MIO_STATUS_INSUFFICIENT_RESOURCES
    }
    if let found = record.state.submissionFailed(status) {
      refused.append((record, found))
    }
  }

  private func release(_ helper: Int) {
    if let unused = helpers.release(helper) { _ = calls.close(unused) }
  }
}

// MARK: - Waiting

extension AFDQueue {
  /// Waits once.
  ///
  /// - Returns: How many events there are, or a negated error code.
  func wait(into buffer: UnsafeMutableBufferPointer<Event>, milliseconds: UInt32) -> Int {
    let failure = operations.beginRound()
    if failure < 0 { return Int(failure) }
    if packets.count < buffer.count {
      packets = Array(repeating: c_mio_packet(), count: buffer.count)
    }
    let reported = lock.withLock {
      for record in listed {
        record.isListed = false
        perform(record)
      }
      listed.removeAll(keepingCapacity: true)
      let count = unsafe takeRefused(into: buffer)
      isWaiting = count == 0 && milliseconds != 0
      return count
    }
    if reported == buffer.count { return reported }
    let result = unsafe packets.withUnsafeMutableBufferPointer { room in
      unsafe calls.wait(
        port, UnsafeMutableBufferPointer(rebasing: room[..<(buffer.count - reported)]),
        milliseconds: reported == 0 ? milliseconds : 0)
    }
    return lock.withLock {
      isWaiting = false
      if result < 0 { return result }
      var count = reported
      for packet in packets[..<result] {
        guard let event = take(packet) else { continue }
        unsafe buffer.initializeElement(at: count, to: event)
        count += 1
      }
      return unsafe operations.report(into: buffer, after: count)
    }
  }

  private func takeRefused(into buffer: UnsafeMutableBufferPointer<Event>) -> Int {
    var count = 0
    while count < buffer.count, let (record, found) = refused.popLast() {
      // It may have been deregistered since.
      guard record.state.isRegistered else { continue }
      let event = Event(token: record.token, readiness: found.readiness)
      unsafe buffer.initializeElement(at: count, to: event)
      count += 1
    }
    return count
  }

  /// Takes a packet, and returns what it is to report.
  private func take(_ packet: c_mio_packet) -> Event? {
    guard let record = inFlight.removeValue(forKey: packet.operation) else {
      // A pipe's. Without an operation it is the hub's, or only ends the wait.
      operations.finish(packet.operation)
      return nil
    }
    let request = unsafe record.request.pointee
    if let helper = record.helper { release(helper) }
    record.helper = nil
    let found = AFDEvents(rawValue: request.count == 0 ? 0 : request.events)
    let news = record.state.complete(request.status, found)
    list(record)
    guard let news else { return nil }
    return Event(token: record.token, readiness: news.readiness)
  }
}
