import CMioWindows
import MioCore

@testable import MioWindows

/// A server's end of a pipe, the system's side of it, and the events that the user has received.
///
/// The value contains the complete state, so that every order of events can be tested.
struct NamedPipeWorld: Hashable {
  private(set) var state: NamedPipeState
  private let skipsPackets: Bool

  // The system.
  private var link = Link.listening
  /// The number of remaining bytes of the message that has not been read.
  private var inbound: Int?
  private var hasRoom = true
  private var pending: Operations = []
  /// The ended operations whose packets were not delivered.
  ///
  /// The packets have no order, because the rules hold for every order.
  private var packets = Packets()

  // The expectations of the contract, separate from the state.
  private var interest: Interest = []
  private var mode = TriggerMode.edge
  /// The directions that were reported as ready, and have not blocked since.
  private var told: Interest = []
  /// The number of bytes that the client has written and the user has not read.
  private var owed = 0
  private var isPortOpen = true

  enum Link: Hashable {
    case listening, disconnected, connected, closing
  }

  enum Operation: UInt8, CaseIterable {
    case connect, read, write, announcement
  }

  struct Operations: OptionSet, Hashable {
    let rawValue: UInt8

    init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    init(_ operation: Operation) {
      rawValue = 1 << operation.rawValue
    }
  }

  struct Result: Hashable {
    let code: Int32
    let count: Int
  }

  struct Packets: Hashable {
    private var connect: Result?
    private var read: Result?
    private var write: Result?
    private var announcement: Result?

    var isEmpty: Bool { self == Packets() }

    subscript(operation: Operation) -> Result? {
      get {
        switch operation {
        case .connect: connect
        case .read: read
        case .write: write
        case .announcement: announcement
        }
      }
      set {
        switch operation {
        case .connect: connect = newValue
        case .read: read = newValue
        case .write: write = newValue
        case .announcement: announcement = newValue
        }
      }
    }
  }

  /// The possible moves.
  enum Move: Hashable, CaseIterable {
    case registerReading, registerBoth, registerOneShot, registerLevel, deregister, close
    case connect, disconnect, readByte, readAll, write
    case clientComes, clientLeaves, shortMessage, longMessage, emptyMessage, roomEnds, clientReads
    case deliverConnect, deliverRead, deliverWrite, deliverFailure, deliverAnnouncement
    case waitBegins, portCloses

    static let withoutPort: Set<Move> = [
      .close, .readAll, .write, .deliverConnect, .deliverRead, .deliverWrite, .deliverAnnouncement,
    ]
  }

  /// A violation of a rule.
  struct Violation: Error, CustomStringConvertible {
    let description: String
  }

  /// The number of bytes of one read.
  private static let capacity = 1

  init(messages: Bool, skipsPackets: Bool) {
    state = NamedPipeState(isConnected: false, readsMessages: messages)
    self.skipsPackets = skipsPackets
  }

  /// Makes a move, if it is possible, and checks all rules afterwards.
  ///
  /// - Returns: Whether the move was possible.
  mutating func make(_ move: Move) throws(Violation) -> Bool {
    // After the port was closed the pipe is useless, so most moves of the client test nothing.
    guard isPortOpen || Move.withoutPort.contains(move), try makeUnchecked(move) else {
      return false
    }
    if state.isAtRest != (pending.isEmpty && packets.isEmpty) {
      throw Violation(description: "memory is freed that the system writes to, or never")
    }
    // The system of this model never fails to connect, and a cancellation is not a failure.
    if case .failed = state.connection { throw Violation(description: "connecting failed") }
    if state.reading == .failed(NamedPipeCode.aborted) {
      throw Violation(description: "reading failed, for it was cancelled")
    }
    if state.writing == .failed(Int32(C_MIO_ERROR_PIPE_NOT_CONNECTED)) {
      throw Violation(description: "a write for a client that was thrown off failed")
    }
    return true
  }

  private mutating func makeUnchecked(_ move: Move) throws(Violation) -> Bool {
    switch move {
    case .registerReading: return try register(.readable, .edge)
    case .registerBoth: return try register([.readable, .writable], .edge)
    case .registerOneShot: return try register([.readable, .writable], .oneShot)
    case .registerLevel: return try register([.readable, .writable], .level)
    case .deregister: return deregister()
    case .close: return close()
    case .connect: return try connect()
    case .disconnect: return disconnect()
    case .readByte: return try read(1)
    case .readAll: return try read(Self.capacity + 1)
    case .write: return try write()
    case .clientComes: return clientComes()
    case .clientLeaves: return clientLeaves()
    case .shortMessage: return clientWrites(1)
    case .longMessage: return clientWrites(Self.capacity + 1)
    case .emptyMessage: return clientWrites(0)
    case .roomEnds: return setRoom(false)
    case .clientReads: return setRoom(true)
    case .deliverConnect: return try deliver(.connect)
    case .deliverRead: return try deliver(.read)
    case .deliverWrite: return try deliver(.write)
    case .deliverFailure: return try deliver(.write, failing: true)
    case .deliverAnnouncement: return try deliver(.announcement)
    case .waitBegins: return try waitBegins()
    case .portCloses: return portCloses()
    }
  }
}

// MARK: - The user

extension NamedPipeWorld {
  private mutating func register(
    _ interest: Interest, _ mode: TriggerMode
  ) throws(Violation) -> Bool {
    guard !state.isClosed, isPortOpen else { return false }
    self.interest = interest
    self.mode = mode
    told = []
    if state.port == .none { state.bind() }
    if state.connection == .none, link == .connected || link == .closing { state.meet() }
    state.register(interest, mode)
    try settle()
    return true
  }

  private mutating func forget() {
    interest = []
    told = []
    mode = .edge
  }

  private mutating func deregister() -> Bool {
    guard state.isRegistered else { return false }
    forget()
    state.deregister()
    return true
  }

  private mutating func close() -> Bool {
    guard !state.isClosed else { return false }
    forget()
    owed = 0
    state.close()
    cancelAbandoned()
    closeIfOver()
    return true
  }

  private mutating func connect() throws(Violation) -> Bool {
    guard !state.isClosed else { return false }
    state.connect()
    try settle()
    if state.connection != .established, !interest.isEmpty, mode == .edge { told = [] }
    return true
  }

  private mutating func disconnect() -> Bool {
    guard !state.isClosed else { return false }
    // A listening server continues to listen: Windows returns that no client is connected.
    if link != .listening {
      link = .disconnected
      inbound = nil
      owed = 0
      end(.read, Int32(C_MIO_ERROR_PIPE_NOT_CONNECTED))
      end(.write, Int32(C_MIO_ERROR_PIPE_NOT_CONNECTED))
    }
    // The results of completed operations are lost with the client.
    owed = 0
    inbound = nil
    state.disconnect()
    cancelAbandoned()
    if mode == .edge, !interest.isEmpty { told = [] }
    return true
  }

  private mutating func read(_ room: Int) throws(Violation) -> Bool {
    guard !state.isClosed else { return false }
    if state.reading == .idle, state.port == .bound, state.connection != .wanted {
      state.beginRead()
      try submitRead()
    }
    switch state.reading {
    case .holding(let range, _):
      let count = min(room, range.count)
      owed -= count
      if owed < 0 { throw Violation(description: "more is read than was written") }
      _ = state.consume(count, room: room)
      // Bytes that arrive after the last byte was read must be reported, whether or not the user
      // knows that it was the last.
      if count < room || owed == 0, mode == .edge, !interest.isEmpty { told.remove(.readable) }
      try settle()
    case .failed:
      state.settleRead()
      if mode == .edge, !interest.isEmpty { told.insert(.readable) }
    case .idle, .pending, .abandoned:
      if mode == .edge, !interest.isEmpty { told.remove(.readable) }
    }
    return true
  }

  private mutating func write() throws(Violation) -> Bool {
    guard !state.isClosed else { return false }
    if case .failed = state.writing {
      state.settleWrite()
      return true
    }
    guard state.port == .bound, state.writing == .idle, state.connection != .wanted else {
      state.rearm(.writable)
      if mode == .edge, !interest.isEmpty { told.remove(.writable) }
      return true
    }
    state.beginWrite(1)
    try begin(.write)
    switch link {
    case .listening: answerWrite(Int32(C_MIO_ERROR_PIPE_LISTENING))
    case .disconnected: answerWrite(Int32(C_MIO_ERROR_PIPE_NOT_CONNECTED))
    case .closing: answerWrite(Int32(C_MIO_ERROR_NO_DATA))
    case .connected where hasRoom:
      finish(.write, 0, 1)
      if takeSkipped(.write) {
        state.meet()
        state.writeCompleted(0, 1)
      } else {
        answerWrite(0)
      }
    case .connected: answerWrite(Int32(C_MIO_ERROR_IO_PENDING))
    }
    return true
  }

  private mutating func answerWrite(_ code: Int32) {
    if !NamedPipeCode.isSubmitted(code) { pending.remove(Operations(.write)) }
    state.writeAnswered(code)
  }
}

// MARK: - The client

extension NamedPipeWorld {
  private mutating func clientComes() -> Bool {
    guard link == .listening else { return false }
    link = .connected
    end(.connect, 0)
    return true
  }

  private mutating func clientLeaves() -> Bool {
    guard link == .connected else { return false }
    link = .closing
    end(.read, Int32(C_MIO_ERROR_BROKEN_PIPE))
    end(.write, Int32(C_MIO_ERROR_NO_DATA))
    return true
  }

  private mutating func clientWrites(_ count: Int) -> Bool {
    guard link == .connected, inbound == nil, owed < 2 else { return false }
    // In a stream an empty write has no effect, unless a read is in progress.
    if count == 0 && !state.readsMessages && !pending.contains(Operations(.read)) { return false }
    owed += count
    inbound = count
    if pending.contains(Operations(.read)) {
      let (code, count) = takeInbound()
      finish(.read, code, count)
    }
    return true
  }

  private mutating func setRoom(_ hasRoom: Bool) -> Bool {
    guard link == .connected, hasRoom != self.hasRoom else { return false }
    self.hasRoom = hasRoom
    if hasRoom { end(.write, 0, 1) }
    return true
  }

  private mutating func takeInbound() -> (code: Int32, count: Int) {
    let whole = inbound ?? 0
    let count = min(whole, Self.capacity)
    inbound = whole > count ? whole - count : nil
    return (inbound != nil && state.readsMessages ? Int32(C_MIO_ERROR_MORE_DATA) : 0, count)
  }
}

// MARK: - The system

extension NamedPipeWorld {
  private mutating func settle() throws(Violation) {
    try perform()
    try announce()
  }

  private mutating func perform() throws(Violation) {
    while true {
      switch state.nextStep() {
      case .nothing: return
      case .read: try submitRead()
      case .connect:
        try begin(.connect)
        let code = connectCode
        if !NamedPipeCode.isSubmitted(code) { pending.remove(Operations(.connect)) }
        state.connectAnswered(code)
      }
    }
  }

  private var connectCode: Int32 {
    mutating get {
      switch link {
      case .connected: return Int32(C_MIO_ERROR_PIPE_CONNECTED)
      case .closing: return Int32(C_MIO_ERROR_NO_DATA)
      case .listening, .disconnected:
        link = .listening
        return Int32(C_MIO_ERROR_IO_PENDING)
      }
    }
  }

  private mutating func submitRead() throws(Violation) {
    try begin(.read)
    switch link {
    case .listening: answerRead(Int32(C_MIO_ERROR_PIPE_LISTENING))
    case .disconnected: answerRead(Int32(C_MIO_ERROR_PIPE_NOT_CONNECTED))
    case .connected, .closing:
      if inbound != nil {
        let (code, count) = takeInbound()
        finish(.read, code, count)
        if code == 0, takeSkipped(.read) {
          state.meet()
          state.readCompleted(0, count)
        } else {
          answerRead(code)
        }
      } else {
        answerRead(Int32(link == .closing ? C_MIO_ERROR_BROKEN_PIPE : C_MIO_ERROR_IO_PENDING))
      }
    }
  }

  private mutating func answerRead(_ code: Int32) {
    if !NamedPipeCode.isSubmitted(code) { pending.remove(Operations(.read)) }
    state.readAnswered(code)
  }

  private mutating func announce() throws(Violation) {
    if state.announce() {
      if packets[.announcement] != nil { throw Violation(description: "announced twice") }
      packets[.announcement] = Result(code: 0, count: 0)
    }
  }

  private mutating func begin(_ operation: Operation) throws(Violation) {
    if pending.contains(Operations(operation)) || packets[operation] != nil {
      throw Violation(description: "\(operation) is submitted while one is under way")
    }
    if !isPortOpen { throw Violation(description: "\(operation) is submitted to no port") }
    pending.insert(Operations(operation))
  }

  private mutating func finish(_ operation: Operation, _ code: Int32, _ count: Int) {
    pending.remove(Operations(operation))
    packets[operation] = Result(code: code, count: count)
  }

  /// Ends an operation, if it is in progress.
  private mutating func end(_ operation: Operation, _ code: Int32, _ count: Int = 0) {
    if pending.contains(Operations(operation)) { finish(operation, code, count) }
  }

  /// Removes the packet of an operation that succeeded at once, if such packets are skipped.
  private mutating func takeSkipped(_ operation: Operation) -> Bool {
    guard skipsPackets else { return false }
    packets[operation] = nil
    return true
  }

  private mutating func cancelAbandoned() {
    if state.connecting == .abandoned { cancel(.connect) }
    if state.reading == .abandoned { cancel(.read) }
    if state.writing == .abandoned { cancel(.write) }
  }

  private mutating func cancel(_ operation: Operation) {
    end(operation, Int32(C_MIO_ERROR_OPERATION_ABORTED))
  }

  private mutating func closeIfOver() {
    guard state.isHandleOver else { return }
    for operation in [.connect, .read, .write] as [Operation] { cancel(operation) }
    link = .disconnected
    inbound = nil
  }

  private mutating func portCloses() -> Bool {
    guard isPortOpen, state.port == .bound else { return false }
    isPortOpen = false
    state.losePort()
    for operation in [.connect, .read, .write] as [Operation] { cancel(operation) }
    forget()
    return true
  }

  private mutating func deliver(
    _ operation: Operation, failing: Bool = false
  ) throws(Violation) -> Bool {
    guard let result = packets[operation] else { return false }
    packets[operation] = nil
    switch operation {
    case .announcement: state.arriveAnnouncement()
    case .connect: state.connectCompleted(result.code)
    case .read: state.readCompleted(result.code, result.count)
    case .write:
      let code = failing ? Int32(C_MIO_ERROR_NO_SYSTEM_RESOURCES) : result.code
      state.writeCompleted(code, result.count)
    }
    try perform()
    closeIfOver()
    if isPortOpen { try report() }
    return true
  }

  private mutating func waitBegins() throws(Violation) -> Bool {
    guard isPortOpen else { return false }
    if mode == .level { told = [] }
    state.beginRound()
    try settle()
    return true
  }
}

// MARK: - The rules

extension NamedPipeWorld {
  private mutating func report() throws(Violation) {
    guard let readiness = state.takeNews() else { return }
    let event = Event(token: 0, readiness: readiness)
    var news: Interest = []
    if event.readiness.contains(.readable) { news.insert(.readable) }
    if event.readiness.contains(.writable) { news.insert(.writable) }
    if news.isEmpty { throw Violation(description: "told nothing") }
    if !news.isSubset(of: interest) { throw Violation(description: "told what was not asked for") }
    if mode == .oneShot, !told.isEmpty { throw Violation(description: "a one-shot told twice") }
    told.formUnion(news)
  }

  /// Lets all operations end, and checks that all owed events were reported.
  func checkSettling() throws(Violation) {
    var world = self
    for _ in 0..<2 {
      _ = try world.make(.waitBegins)
      for _ in 0..<4 {
        for operation in Operation.allCases { _ = try world.deliver(operation) }
      }
    }
    if !world.packets.isEmpty { throw Violation(description: "packets without end") }
    if world.state.isClosed || !world.isPortOpen {
      // While the port is open, a write may wait for the reader of the other end without a limit.
      let rest = world.isPortOpen ? Operations(.write) : []
      if !world.pending.isSubset(of: rest) {
        throw Violation(description: "it never comes to rest")
      }
      return
    }
    try world.checkTold()
  }

  private func checkTold() throws(Violation) {
    guard !interest.isEmpty else { return }
    let isThere = state.connection == .established
    var ready: Interest = []
    if isThere, owed > 0 || link == .closing { ready.insert(.readable) }
    if isThere, state.writing == .idle, link == .connected { ready.insert(.writable) }
    ready.formIntersection(interest)
    switch mode {
    case .edge:
      if !told.isSuperset(of: ready) { throw Violation(description: "\(ready) was not told") }
    case .level:
      if !told.isSuperset(of: ready) { throw Violation(description: "\(ready) does not go on") }
    case .oneShot:
      if !ready.isEmpty, told.isEmpty { throw Violation(description: "nothing was told") }
    }
  }
}
