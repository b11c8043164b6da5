import CRawEpoll
import MioCore
import MioEpoll
import MioNet

func checkPolling(_ report: inout Report) throws(IOError) {
  var poll = try Poll<EpollSelector>()
  var events = try Events<EpollSelector>(capacity: 8)
  let counter = raw_eventfd()
  let source = BorrowedDescriptor(Descriptor(counter))
  try poll.registry.register(source, token: 1, interest: .readable)

  try report.check("poll, no timeout, an event") { () throws(IOError) in
    raw_arm(counter)
    try poll.poll(into: &events)
  }
  try report.check("poll, zero timeout, nothing ready") { () throws(IOError) in
    try poll.poll(into: &events, timeout: .zero)
  }
  try report.check("poll, 1 s, an event") { () throws(IOError) in
    raw_arm(counter)
    try poll.poll(into: &events, timeout: .seconds(1))
  }
  try report.check("poll, 20 µs, timed out") { () throws(IOError) in
    try poll.poll(into: &events, timeout: .microseconds(20))
  }
  try report.check("poll, until a deadline, timed out") { () throws(IOError) in
    try poll.poll(into: &events, until: poll.now.advanced(by: .microseconds(20)))
  }
  var readable = 0
  try report.check("iterating over events") { () throws(IOError) in
    raw_arm(counter)
    try poll.poll(into: &events)
    for event in events where event.isReadable && event.token == 1 { readable += 1 }
    readable += events.reversed().count
  }
  precondition(readable == 2 * (Report.repetitions + 1))
}

func checkRegistering(_ report: inout Report) throws(IOError) {
  let poll = try Poll<EpollSelector>()
  let other = try Poll<EpollSelector>()
  let source = BorrowedDescriptor(Descriptor(raw_eventfd()))

  try report.check("register, reregister, deregister") { () throws(IOError) in
    try poll.registry.register(source, token: 1, interest: .readable)
    try poll.registry.reregister(source, token: 2, interest: .writable, mode: .level)
    try poll.registry.deregister(source)
  }
  try report.check("deregister of what is not registered") { () throws(IOError) in
    expectFailure(.notRegistered) { () throws(IOError) in try poll.registry.deregister(source) }
  }
  let invalid = BorrowedDescriptor(Descriptor(-1))
  try report.check("register that the system refuses") { () throws(IOError) in
    expectFailure(.badDescriptor) { () throws(IOError) in
      try poll.registry.register(invalid, token: 1, interest: .readable)
    }
  }
  try poll.registry.register(source, token: 1, interest: .readable)
  try report.check("register of what is registered elsewhere") { () throws(IOError) in
    expectFailure(.alreadyRegistered) { () throws(IOError) in
      try other.registry.register(source, token: 1, interest: .readable)
    }
  }
}

func checkWaking(_ report: inout Report) throws(IOError) {
  var poll = try Poll<EpollSelector>()
  var events = try Events<EpollSelector>(capacity: 8)
  let waker = try poll.registry.makeWaker(token: 1)

  try report.check("wake and the poll that reports it") { () throws(IOError) in
    try waker.wake()
    try poll.poll(into: &events)
  }
  try waker.wake()
  try report.check("wake while one is pending") { () throws(IOError) in try waker.wake() }
}

func checkTransfers(_ report: inout Report) throws(IOError) {
  var ends: [Int32] = [-1, -1]
  unsafe raw_stream_pair(&ends)
  let near = try TCPStream(adopting: Descriptor(ends[0]))
  let far = try TCPStream(adopting: Descriptor(ends[1]))
  let outgoing = [UInt8](repeating: 1, count: 64)
  var incoming = [UInt8](repeating: 0, count: 64)
  var rest = [UInt8](repeating: 0, count: 64)

  try report.check("write and read, spans") { () throws(IOError) in
    expectCount(64, unsafe try near.write(outgoing.span.bytes))
    var room = incoming.mutableSpan
    var bytes = unsafe room.mutableBytes
    expectCount(64, try far.read(into: &bytes))
  }
  try report.check("write and read, typed spans") { () throws(IOError) in
    expectCount(64, try near.write(outgoing.span))
    var room = incoming.mutableSpan
    expectCount(64, try far.read(into: &room))
  }
  try report.check("write a text") { () throws(IOError) in
    expectCount(29, try near.write("longer than what fits inline\n"))
    var room = incoming.mutableSpan
    expectCount(29, try far.read(into: &room))
  }
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 16)
  unsafe memory.initializeMemory(as: UInt8.self, repeating: 1)
  try report.check("write and read, pointers") { () throws(IOError) in
    expectCount(64, unsafe try near.write(UnsafeRawBufferPointer(memory)))
    expectCount(64, unsafe try far.read(into: memory))
  }
  try report.check("write and read, output span") { () throws(IOError) in
    expectCount(64, unsafe try near.write(outgoing.span.bytes))
    var room = unsafe OutputRawSpan(buffer: memory, initializedCount: 0)
    expectCount(64, try far.read(into: &room))
  }
  try report.check("write and read, two spans") { () throws(IOError) in
    expectCount(128, try near.write(outgoing.span, outgoing.span))
    var first = incoming.mutableSpan
    var second = rest.mutableSpan
    expectCount(128, try far.read(into: &first, &second))
  }
  let pieces = UnsafeMutableBufferPointer<UnsafeRawBufferPointer>.allocate(capacity: 64)
  unsafe pieces.initialize(repeating: UnsafeRawBufferPointer(memory))
  let rooms = UnsafeMutableBufferPointer<UnsafeMutableRawBufferPointer>.allocate(capacity: 64)
  unsafe rooms.initialize(repeating: memory)
  try report.check("write and read, 64 buffers") { () throws(IOError) in
    expectCount(4096, unsafe try near.write(UnsafeBufferPointer(pieces)))
    expectCount(4096, unsafe try far.read(into: UnsafeBufferPointer(rooms)))
  }
  try report.check("peek") { () throws(IOError) in
    expectCount(64, unsafe try near.write(outgoing.span.bytes))
    expectCount(64, unsafe try far.peek(into: memory))
    expectCount(64, unsafe try far.read(into: memory))
  }
  try report.check("read that would block") { () throws(IOError) in
    expectCount(nil, unsafe try far.read(into: memory))
  }
  while unsafe try near.write(UnsafeRawBufferPointer(memory)) != nil {}
  try report.check("write that would block") { () throws(IOError) in
    expectCount(nil, unsafe try near.write(UnsafeRawBufferPointer(memory)))
  }
  try near.shutdown(.write)
  try report.check("write that fails") { () throws(IOError) in
    expectFailure(.brokenPipe) { () throws(IOError) in
      _ = unsafe try near.write(UnsafeRawBufferPointer(memory))
    }
  }
}

func checkAccepting(_ report: inout Report) throws(IOError) {
  let listener = try TCPListener(bindingTo: SocketAddress(v4: .loopback, port: 0))
  let port = try listener.localAddress.port
  let clients = (0..<2 * Report.repetitions + 2).map { _ in raw_connect(port) }
  try report.check("accept, and closing the connection") { () throws(IOError) in
    let connection = try listener.accept()
    precondition(connection != nil)
  }
  try report.check("accept with the address") { () throws(IOError) in
    let connection = try listener.acceptWithAddress()
    precondition(connection != nil)
  }
  try report.check("accept that would block") { () throws(IOError) in
    let connection = try listener.accept()
    precondition(connection == nil)
  }
  clients.forEach { raw_close($0) }
}

func checkTable(_ report: inout Report) throws(IOError) {
  var table = TokenTable<BorrowedDescriptor>(minimumCapacity: Report.repetitions + 1)
  try report.check("table: insert, use, remove") { () throws(IOError) in
    let token = table.insert(BorrowedDescriptor(Descriptor(7)))
    precondition(table.withValue(for: token) { $0.descriptor } == Descriptor(7))
    precondition(table.remove(token) != nil)
  }
  try report.check("table: insert up to the reserved capacity") { () throws(IOError) in
    _ = table.insert(BorrowedDescriptor(Descriptor(7)))
  }
}

func checkDeadlines(_ report: inout Report) throws(IOError) {
  var deadlines = DeadlineQueue(minimumCapacity: Report.repetitions + 1)
  var token: UInt = 0
  try report.check("deadlines: set up to the reserved capacity") { () throws(IOError) in
    token += 1
    deadlines[Token(token)] = Instant(nanoseconds: UInt64(token * 7 % 100))
  }
  var now: UInt64 = 0
  try report.check("deadlines: replace, take out, cancel, set") { () throws(IOError) in
    now += 1
    deadlines[Token(token)] = Instant(nanoseconds: now)
    if let due = deadlines.popFirst(dueBy: Instant(nanoseconds: now)) { deadlines[due] = .never }
    deadlines[Token(token)] = nil
    deadlines[Token(token << 32)] = deadlines.first
    deadlines[Token(token << 32)] = nil
  }
}

func expectCount(_ expected: Int?, _ count: Int?) {
  precondition(count == expected, "a transfer did not do what it should")
}

func expectFailure(_ kind: IOError.Kind, _ operation: () throws(IOError) -> Void) {
  do throws(IOError) {
    try operation()
    preconditionFailure("an operation succeeded that should fail")
  } catch {
    precondition(error.kind == kind, "an operation failed in another way")
  }
}
