import CMioWindows
import Glibc

/// The state of a ``ScriptedAFD`` and its behaviour.
@safe
struct AFDKernel {
  /// A poll in progress.
  struct Poll {
    let helper: Int
    let port: Int
    let socket: Int
    let handle: Int
    let asked: UInt32
    /// The contents of the memory at the time of the submission.
    let image: [UInt8]
  }

  struct Helper {
    let port: Int
    /// The number of its polls in progress.
    var polls = 0
  }

  /// The status of the memory of a poll.
  enum Memory {
    case unused
    case underWay
    /// The poll has ended, but the packet that allows reuse of the memory has not been taken.
    case ended
    case freed
  }

  struct Wait {
    let place: UInt
    let room: Int
    let milliseconds: UInt32
  }

  /// The maximum number of sockets with polls through one helper.
  static let helperLimit = 32

  // The settings of the tests.
  var failures: [ScriptedAFD.Name: [Int32]] = [:]
  var meanwhile: [@Sendable () -> Void] = []
  /// Whether a poll that ends at once nevertheless has the status of a pending one.
  var saysPending = false
  /// Whether a cancelled poll ends only when there is nothing else to report, or one wait later.
  var cancelsLate = false
  /// The status with which polls of a handle are refused.
  var refuses: (Int) -> Int32? = { _ in nil }
  /// Whether polls end neither by cancellation nor with their helper.
  var losesPolls = false
  /// Whether the clock is that of the machine, and waits take real time.
  var isReal = false
  /// Whether a real wait is sleeping.
  var isWaiting = false
  /// The results of the handles of layered providers, by control.
  var providers: [Int: [UInt32: Int]] = [:]

  // The objects of the system.
  private let requests = Requests()
  var counts: [ScriptedAFD.Name: Int] = [:]
  var waits: [Wait] = []
  var clock: UInt64 = 1_000_000_000
  var ports: [Int: [c_mio_packet]] = [:]
  var helpers: [Int: Helper] = [:]
  var sockets: [Int: AFDSocket] = [:]
  /// The sockets of the handles.
  var handles: [Int: Int] = [:]
  var polls: [UInt: Poll] = [:]
  var memory: [UInt: Memory] = [:]
  var violations: [String] = []
  /// The cancelled polls that have not ended, and the polls that end with the next packets.
  private var cancelled: [UInt] = []
  private var ending: [UInt] = []
  private var freeHandles: [Int] = []
  private var lastHandle = 0x10_0000
  private var lastObject = 0x1000
  private var lastSocket = 0
  /// The last buffer of packets: its port, its place and its contents.
  private var slots: (port: Int, place: UInt, image: [UInt8]) = (0, 0, [])

  private static let poison: UInt8 = 0xA5
  private static let size = MemoryLayout<c_mio_afd_request>.size
}

// MARK: - Calls and their rules

extension AFDKernel {
  /// Counts a call, and returns the code with which it must fail.
  mutating func begin(_ name: ScriptedAFD.Name) -> Int32? {
    counts[name, default: 0] += 1
    guard failures[name]?.isEmpty == false, let code = failures[name]?.removeFirst(), code != 0
    else { return nil }
    return code
  }

  mutating func takeMeanwhile() -> (@Sendable () -> Void)? {
    meanwhile.isEmpty ? nil : meanwhile.removeFirst()
  }

  mutating func require(_ condition: Bool, _ violation: @autoclosure () -> String) {
    if !condition { violations.append(violation()) }
  }

  /// The objects that still exist after everything was closed.
  var remains: [String] {
    var remains = violations
    if !ports.isEmpty { remains.append("\(ports.count) ports are open") }
    if !helpers.isEmpty { remains.append("\(helpers.count) helpers are open") }
    if !polls.isEmpty { remains.append("\(polls.count) polls are under way") }
    for (address, state) in memory {
      switch state {
      case .freed:
        let bytes = unsafe UnsafeRawPointer(bitPattern: address).map {
          unsafe Array(UnsafeRawBufferPointer(start: $0, count: Self.size))
        }
        if bytes?.allSatisfy({ $0 == Self.poison }) != true { remains.append("freed, and written") }
      default: remains.append("memory is not freed: \(state)")
      }
    }
    return remains
  }
}

// MARK: - Handles

extension AFDKernel {
  private mutating func makeObject() -> Int {
    lastObject += 4
    return lastObject
  }

  mutating func openPort() -> Int {
    let handle = makeObject()
    ports[handle] = []
    return handle
  }

  mutating func openHelper(_ port: Int) -> Int {
    require(ports[port] != nil, "a helper for a port that is closed")
    let handle = makeObject()
    helpers[handle] = Helper(port: port)
    return handle
  }

  mutating func close(_ handle: Int) {
    if ports.removeValue(forKey: handle) != nil { return }
    require(helpers[handle] != nil, "closed, but not open: \(handle)")
    for (address, poll) in polls where poll.helper == handle && !losesPolls {
      end(address, C_MIO_STATUS_HANDLES_CLOSED, poll.asked)
    }
    helpers[handle] = nil
  }
}

// MARK: - The port

extension AFDKernel {
  mutating func post(_ port: Int, _ operation: UInt) {
    require(ports[port] != nil, "a packet for a port that is closed")
    if operation != 0, let state = memory[operation] {
      require(state == .unused, "a packet for a poll that has one already")
      memory[operation] = .ended
    }
    ports[port]?.append(c_mio_packet(key: 0, operation: operation, internal: 0, bytes: 0))
  }

  /// Sends a packet without an operation to every port.
  mutating func postToAll() {
    for port in ports.keys { post(port, 0) }
  }

  /// Takes packets, or returns `nil` if there are none.
  mutating func take(
    _ port: Int, into packets: UnsafeMutableBufferPointer<c_mio_packet>
  ) -> Int? {
    require(ports[port] != nil, "a wait for a port that is closed")
    require(packets.count > 0, "a wait without room")
    unsafe checkSlots(port, packets)
    finishCancelling()
    if ports[port]?.isEmpty == true { finishCancelling() }
    let found = ports[port, default: []].prefix(packets.count)
    if found.isEmpty { return nil }
    ports[port]?.removeFirst(found.count)
    for (position, packet) in found.enumerated() {
      unsafe packets.initializeElement(at: position, to: packet)
      if memory[packet.operation] == .ended { memory[packet.operation] = .unused }
    }
    let filled = unsafe UnsafeRawBufferPointer(
      rebasing: UnsafeRawBufferPointer(packets)[..<slotSize(found.count)])
    slots = unsafe (port, UInt(bitPattern: packets.baseAddress), Array(filled))
    return found.count
  }

  private func slotSize(_ count: Int) -> Int { count * MemoryLayout<c_mio_packet>.stride }

  /// Checks that only the system has written to the buffer of packets.
  private mutating func checkSlots(
    _ port: Int, _ packets: UnsafeMutableBufferPointer<c_mio_packet>
  ) {
    guard slots.port == port, UInt(bitPattern: packets.baseAddress) == slots.place else { return }
    let count = min(slots.image.count, slotSize(packets.count))
    let now = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(packets)[..<count])
    require(unsafe now.elementsEqual(slots.image[..<count]), "slots of packets were written to")
  }

  private mutating func finishCancelling() {
    for address in ending {
      if let poll = polls[address] { end(address, C_MIO_STATUS_CANCELLED, poll.asked) }
    }
    ending = cancelled
    cancelled = []
  }
}

// MARK: - Polls

extension AFDKernel {
  mutating func makeRequest() -> UnsafeMutablePointer<c_mio_afd_request> {
    let request = unsafe requests.make()
    memory[UInt(bitPattern: request)] = .unused
    return unsafe request
  }

  /// Marks the memory as freed, but keeps it, so that later writes to it are detected.
  mutating func destroy(_ request: UnsafeMutablePointer<c_mio_afd_request>) {
    let address = UInt(bitPattern: request)
    let state = memory[address]
    require(state == .unused, "memory is freed that is \(state.map { "\($0)" } ?? "none")")
    memory[address] = .freed
    unsafe _ = UnsafeMutableRawPointer(request).initializeMemory(
      as: UInt8.self, repeating: Self.poison, count: Self.size)
  }

  /// Fills the memory, as the shim does before it makes the call.
  mutating func fill(
    _ request: UnsafeMutablePointer<c_mio_afd_request>, _ base: Int, _ events: UInt32
  ) {
    let state = memory[UInt(bitPattern: request)]
    require(state == .unused, "memory is used that is \(state.map { "\($0)" } ?? "none")")
    unsafe request.pointee = c_mio_afd_request(
      status: C_MIO_STATUS_PENDING, information: 0, timeout: .max, count: 1,
      exclusive: 0, socket: UInt(bitPattern: base), events: events, result: 0)
  }

  mutating func submit(
    _ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>, _ base: Int, _ events: UInt32
  ) -> Int32 {
    guard let port = helpers[helper]?.port else {
      violations.append("a poll through a helper that is closed")
      return C_MIO_STATUS_INVALID_HANDLE
    }
    if let status = refuses(base) { return status }
    guard let socket = handles[base], let conditions = bits(of: socket) else {
      return C_MIO_STATUS_INVALID_HANDLE
    }
    require(events & C_MIO_AFD_ABORT != 0, "a poll that a reset does not end")
    require(sockets[socket]?.polls[port] == nil, "two polls of a socket at a time")
    sockets[socket]?.polls[port] = UInt(bitPattern: request)
    let address = UInt(bitPattern: request)
    memory[address] = .underWay
    polls[address] = Poll(
      helper: helper, port: port, socket: socket, handle: base, asked: events,
      image: image(of: address))
    helpers[helper]?.polls += 1
    require(
      helpers[helper, default: Helper(port: port)].polls <= Self.helperLimit,
      "too many polls through one helper")
    if conditions & events == 0 { return C_MIO_STATUS_PENDING }
    end(address, C_MIO_STATUS_SUCCESS, conditions & events)
    return saysPending ? C_MIO_STATUS_PENDING : C_MIO_STATUS_SUCCESS
  }

  mutating func cancel(_ helper: Int, _ address: UInt) -> Int32 {
    require(helpers[helper] != nil, "cancelled through a helper that is closed")
    guard let poll = polls[address] else { return C_MIO_STATUS_NOT_FOUND }
    require(poll.helper == helper, "cancelled through another helper")
    require(!cancelled.contains(address) && !ending.contains(address), "cancelled twice")
    if cancelsLate {
      cancelled.append(address)
    } else if !losesPolls {
      end(address, C_MIO_STATUS_CANCELLED, poll.asked)
    }
    return C_MIO_STATUS_SUCCESS
  }

  /// Ends a poll: writes the result, and sends a packet.
  mutating func end(_ address: UInt, _ status: Int32, _ events: UInt32, count: UInt32 = 1) {
    guard let poll = polls.removeValue(forKey: address),
      let request = unsafe UnsafeMutablePointer<c_mio_afd_request>(bitPattern: address)
    else { return }
    require(memory[address] == .underWay, "the system writes to memory that is not its")
    cancelled.removeAll { $0 == address }
    ending.removeAll { $0 == address }
    require(image(of: address) == poll.image, "the memory of a poll was written to")
    helpers[poll.helper]?.polls -= 1
    sockets[poll.socket]?.polls[poll.port] = nil
    unsafe request.pointee.status = status
    unsafe request.pointee.events = events
    unsafe request.pointee.count = count
    memory[address] = .ended
    ports[poll.port]?.append(
      c_mio_packet(
        key: 2, operation: address, internal: UInt(UInt32(bitPattern: status)), bytes: 32))
  }

  /// Ends all polls with a status; the results contain the requested events.
  mutating func endAll(_ status: Int32, count: UInt32 = 1) {
    for (address, poll) in polls { end(address, status, poll.asked, count: count) }
  }

  private func image(of address: UInt) -> [UInt8] {
    guard let start = unsafe UnsafeRawPointer(bitPattern: address) else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: Self.size))
  }
}

// MARK: - Sockets

extension AFDKernel {
  mutating func openSocket(_ bits: UInt32) -> Int {
    let handle: Int
    if let free = freeHandles.popLast() {
      handle = free
    } else {
      lastHandle += 4
      handle = lastHandle
    }
    lastSocket += 1
    handles[handle] = lastSocket
    sockets[lastSocket] = AFDSocket(bits: bits)
    return handle
  }

  mutating func set(_ handle: Int, _ bits: UInt32) {
    guard let socket = handles[handle] else { return }
    sockets[socket]?.bits = bits
    answer(socket)
  }

  mutating func closeSocket(_ handle: Int, isFree: Bool = true) {
    guard let socket = handles.removeValue(forKey: handle) else { return }
    if isFree { freeHandles.append(handle) }
    closeStream(socket)
    for address in sockets.removeValue(forKey: socket)?.polls.values.map(\.self) ?? [] {
      end(address, C_MIO_STATUS_SUCCESS, C_MIO_AFD_LOCAL_CLOSE)
    }
  }

  /// Ends the polls of a socket that requested its new conditions.
  mutating func answer(_ socket: Int) {
    guard let conditions = bits(of: socket) else { return }
    for address in sockets[socket]?.polls.values.map(\.self) ?? [] {
      guard let poll = polls[address], poll.asked & conditions != 0 else { continue }
      end(address, C_MIO_STATUS_SUCCESS, poll.asked & conditions)
    }
  }
}
