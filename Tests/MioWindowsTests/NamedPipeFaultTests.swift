import CMioWindows
import MioCore
import TestHelpers
import Testing

@testable import MioWindows

/// Named pipes over a kernel whose calls fail as a test requests.
final class NamedPipeFaultTests: NamedPipeFixture {
  // MARK: Records

  private final class ListeningRecord: RegistrationRecord, @unchecked Sendable {
    // Safety of `@unchecked`: one thread uses it.

    var heard: [Direction] = []
    override func operationWillBegin(_ direction: Direction) { heard.append(direction) }
  }

  @Test
  func `a pipe notifies its records of its operations`() throws {
    let pipe = try makeServer()
    let record = ListeningRecord(selector: SelectorIdentity())
    pipe.withRegistration { _, state in state.add(record) }
    _ = try? pipe.connect()
    _ = try? pipe.write([1].span)
    var bytes: [UInt8] = [0]
    var buffer = bytes.mutableSpan
    _ = try? pipe.read(into: &buffer)
    _ = try? pipe.readMessage(into: &buffer)
    #expect(record.heard == [.writable, .writable, .readable, .readable])
  }

  @Test
  func `a pipe cannot shut down one direction`() throws {
    let pipe = try makeClient()
    for directions in [ShutdownDirections.read, .write, .both] {
      expectError(.unsupported) { () throws(IOError) in try pipe.shutdown(directions) }
    }
  }

  // MARK: Creating

  @Test
  func `a handle is closed if creating the pipe fails`() {
    calls.failures = [.makeOperation: [8]]
    expectError(.outOfMemory) { () throws(IOError) in _ = try makeServer() }
    calls.failures = [.makeOperation: [8]]
    expectError(.outOfMemory) { () throws(IOError) in _ = try makeClient() }
    calls.failures = [.describe: [C_MIO_ERROR_NO_SYSTEM_RESOURCES]]
    expectError(.outOfMemory) { () throws(IOError) in _ = try makeClient() }
    calls.failures = [.setMode: [C_MIO_ERROR_INVALID_PARAMETER]]
    expectError(.invalidArgument) { () throws(IOError) in _ = try makeClient(.messages) }
    #expect(calls.count(of: .close) == 4)
    #expect(calls.memories == 0)
  }

  @Test
  func `a busy pipe would block for clients, and is in use for servers`() {
    calls.failures = [
      .create: [C_MIO_ERROR_PIPE_BUSY, C_MIO_ERROR_ACCESS_DENIED],
      .open: [C_MIO_ERROR_PIPE_BUSY, C_MIO_ERROR_FILE_NOT_FOUND],
    ]
    let error = expectError(.addressInUse) { () throws(IOError) in _ = try makeServer() }
    #expect(error?.code == Int32(C_MIO_ERROR_PIPE_BUSY))
    expectError(.permissionDenied) { () throws(IOError) in _ = try makeServer() }
    expectError(.wouldBlock) { () throws(IOError) in _ = try makeClient() }
    expectError(.notFound) { () throws(IOError) in _ = try makeClient() }
    #expect(calls.count(of: .close) == 0)
  }

  @Test
  func `a handle that cannot be adopted still belongs to the caller`() throws {
    calls.failures = [
      .describe: [C_MIO_ERROR_INVALID_HANDLE, C_MIO_ERROR_INVALID_FUNCTION],
      .setMode: [C_MIO_ERROR_INVALID_PARAMETER], .keepPrivate: [C_MIO_ERROR_ACCESS_DENIED],
      .makeOperation: [8],
    ]
    let kinds: [IOError.Kind] = [
      .badDescriptor, .invalidArgument, .invalidArgument, .permissionDenied, .outOfMemory,
    ]
    calls.description.is_nonblocking = true
    for kind in kinds { expectError(kind) { () throws(IOError) in _ = try adopt() } }
    calls.description.is_synchronous = true
    expectError(.invalidArgument) { () throws(IOError) in _ = try adopt() }
    #expect(calls.count(of: .close) == 0)
    calls.description.is_synchronous = false
    do { _ = try adopt() }
    #expect(calls.count(of: .close) == 1)
    // `ERROR_INVALID_FUNCTION`, the smallest code.
    calls.failures = [.keepPrivate: [1]]
    expectError(.unsupported) { () throws(IOError) in _ = try adopt() }
  }

  @Test
  func `an adopted pipe has the type that the system reports for its handle`() throws {
    calls.description.is_message_type = true
    let pipe = try adopt()
    #expect(pipe.record.isMessageType)
    #expect(!pipe.record.state.readsMessages)
    #expect(pipe.record.state.connection == .none)
  }

  @Test
  func `the mode of a new server determines whether it transfers messages or bytes`() throws {
    for mode in [NamedPipeMode.bytes, .messages] {
      var options = NamedPipeOptions()
      options.mode = mode
      let pipe = try NamedPipe(creating: Self.name, options: options, calls: calls)
      #expect(pipe.record.isMessageType == (mode == .messages))
      #expect(pipe.record.state.readsMessages == (mode == .messages))
      #expect(pipe.record.state.connection == .none)
    }
  }

  @Test
  func `invalid names and options are refused without a system call`() {
    let names = [
      "", "pipe", #"\\.\pipe\"#, #"\\.\pipe\a\"#, #"\\.\pipe\a\\b"#, #"\\.\pipe\a/b"#,
      #"\\.\pipe"#, #"x\\.\pipe\a"#, #"\x\.\pipe\a"#, #"\\\pipe\a"#, #"\\.\pipe\..\C:\a"#,
      #"\\.\pipe\a\.\b"#, #"\\.\pipe\a\.. "#,
      #"\\.\pipe\../C:/a"#, #"\.\pipe\a"#, #"C:\pipe\a"#, "\\\\.\\pipe\\a\0b", #"\\.\file\a"#,
    ]
    for name in names {
      expectError(.invalidArgument) { () throws(IOError) in
        _ = try NamedPipe(creating: name, options: NamedPipeOptions(), calls: calls)
      }
      expectError(.invalidArgument) { () throws(IOError) in
        _ = try NamedPipe(opening: name, mode: .bytes, calls: calls)
      }
    }
    let long = #"\\.\pipe\"# + String(repeating: "é", count: 248)
    expectError(.nameTooLong) { () throws(IOError) in
      _ = try NamedPipe(opening: long, mode: .bytes, calls: calls)
    }
    for change in [
      { $0.maximumInstances = 0 }, { $0.maximumInstances = 255 }, { $0.inboundCapacity = -1 },
      { $0.outboundCapacity = -1 },
    ]
      as [(inout NamedPipeOptions) -> Void]
    {
      var options = NamedPipeOptions()
      change(&options)
      expectError(.invalidArgument) { () throws(IOError) in
        _ = try NamedPipe(creating: Self.name, options: options, calls: calls)
      }
    }
    #expect(calls.made.isEmpty)
  }

  @Test
  func `the longest name and the smallest and largest number of instances are accepted`() throws {
    let longest = #"\\.\pipe\"# + String(repeating: "é", count: 247)
    do { _ = try NamedPipe(opening: longest, mode: .bytes, calls: calls) }
    for count in [1, 254, nil] {
      var options = NamedPipeOptions()
      options.maximumInstances = count
      _ = try NamedPipe(creating: Self.name, options: options, calls: calls)
    }
    #expect(calls.created.map(\.instances) == [1, 254, 255])
    #expect(calls.created.allSatisfy { $0.inbound == 65_536 && $0.outbound == 65_536 })
  }

  @Test(arguments: [#"sql\query"#, #"LOCAL\mio"#, #"ProtectedPrefix\NetworkService\a"#, "a.b c"])
  func `the name of a pipe may contain backslashes`(_ name: String) throws {
    let path = #"\\.\pipe\"# + name
    do { _ = try NamedPipe(creating: path, options: NamedPipeOptions(), calls: calls) }
    #expect(try NamedPipeName(path, .open).text == Array(path.utf16) + [0])
  }

  @Test
  func `by default a pipe is the first of its name, and accepts only local clients`()
    throws
  {
    var options = NamedPipeOptions()
    for change in [
      { _ in }, { $0.isFirstInstance = false }, { $0.acceptsRemoteClients = true },
      { $0.mode = .messages },
    ] as [(inout NamedPipeOptions) -> Void] {
      change(&options)
      _ = try NamedPipe(creating: Self.name, options: options, calls: calls)
    }
    // FILE_FLAG_OVERLAPPED, FILE_FLAG_FIRST_PIPE_INSTANCE and PIPE_ACCESS_DUPLEX.
    #expect(
      calls.created.map(\.open_mode) == [0x4008_0003, 0x4000_0003, 0x4000_0003, 0x4000_0003])
    // PIPE_REJECT_REMOTE_CLIENTS; PIPE_TYPE_MESSAGE and PIPE_READMODE_MESSAGE.
    #expect(calls.created.map(\.pipe_mode) == [8, 8, 0, 6])
  }

  @Test
  func `a pipe with one direction is created for that direction`() throws {
    for direction in [NamedPipeDirection.inbound, .outbound] {
      var options = NamedPipeOptions()
      options.direction = direction
      _ = try NamedPipe(creating: Self.name, options: options, calls: calls)
    }
    #expect(calls.created.map { $0.open_mode & 3 } == [1, 2])
    var further = NamedPipeOptions()
    further.direction = .outbound
    further.isFirstInstance = false
    _ = try NamedPipe(creating: Self.name, options: further, calls: calls)
    #expect(calls.created.last?.open_mode == 0x4000_0002)
  }

  // MARK: Opening

  @Test
  func `a server may identify its client, but not impersonate it`() throws {
    _ = try makeClient()
    // FILE_FLAG_OVERLAPPED, SECURITY_SQOS_PRESENT and SECURITY_IDENTIFICATION.
    #expect(calls.flags == [0x4011_0000])
  }

  @Test
  func `if a pipe has one direction, a client opens it only for reading or only for writing`()
    throws
  {
    let denied = C_MIO_ERROR_ACCESS_DENIED
    calls.failures = [.open: [denied, 0, denied, denied, 0, denied, denied, denied]]
    _ = try makeClient()
    #expect(calls.accesses == [0xC000_0000, 0x8000_0100])
    _ = try makeClient()
    #expect(calls.accesses[2...] == [0xC000_0000, 0x8000_0100, 0x4000_0080])
    expectError(.permissionDenied) { () throws(IOError) in _ = try makeClient() }
    #expect(calls.accesses.count == 8)
    #expect(calls.modes.isEmpty)
  }

  @Test
  func `a handle that already has the requested mode is not changed`() throws {
    calls.failures = [.setMode: [C_MIO_ERROR_ACCESS_DENIED]]
    do { _ = try adopt() }
    #expect(calls.modes.isEmpty)
    expectError(.permissionDenied) { () throws(IOError) in _ = try adopt(.messages) }
    calls.description.reads_messages = true
    do { _ = try adopt(.messages) }
    do { _ = try adopt() }
    #expect(calls.modes == [true, false])
  }

  @Test
  func `a handle that cannot be queried counts as connected, in the given mode`() throws {
    calls.description = c_mio_named_pipe_description()
    let pipe = try adopt(.messages)
    #expect(pipe.record.isMessageType)
    try register(pipe, .writable)
    #expect(poll().first?.isWritable == true)
    #expect(calls.modes == [false])
  }

  // MARK: Registering

  @Test
  func `a registration that fails can be repeated`() throws {
    let pipe = try makeClient()
    calls.failures = [.bind: [87], .post: [C_MIO_ERROR_NO_SYSTEM_RESOURCES]]
    expectError(.invalidArgument) { () throws(IOError) in try register(pipe) }
    // The handle is bound now, but no packet could be posted.
    expectError(.outOfMemory) { () throws(IOError) in try register(pipe) }
    #expect(!pipe.record.state.isRegistered)
    try register(pipe)
    #expect(calls.count(of: .bind) == 2)
    #expect(poll() == [Event(token: 7, readiness: .writable)])
  }

  @Test
  func `a pipe that is not registered can be neither reregistered nor deregistered`() throws {
    let pipe = try makeClient()
    func expectStranger() {
      expectError(.notRegistered) { () throws(IOError) in
        try pipe.record.reregister(
          with: operations, token: 1, interest: .readable, mode: .edge)
      }
      expectError(.notRegistered) { () throws(IOError) in
        try pipe.record.deregister(from: operations)
      }
    }
    expectStranger()
    try register(pipe)
    try pipe.record.deregister(from: operations)
    expectStranger()
    try register(pipe)
  }

  @Test
  func `a pipe can never be registered with a second selector`() throws {
    let pipe = try makeClient()
    let other = PortOperations(port: 2)
    try register(pipe)
    expectError(.notRegistered) { () throws(IOError) in
      try pipe.record.reregister(with: other, token: 1, interest: .readable, mode: .edge)
    }
    expectError(.notRegistered) { () throws(IOError) in try pipe.record.deregister(from: other) }
    try pipe.record.deregister(from: operations)
    expectError(.alreadyRegistered) { () throws(IOError) in
      try pipe.record.register(with: other, token: 1, interest: .readable, mode: .edge)
    }
    #expect(calls.count(of: .bind) == 1)
  }

  @Test
  func `reregistering a server reports a client that has already connected`() throws {
    let pipe = try makeServer()
    try register(pipe, .writable)
    #expect(poll().isEmpty)
    calls.description.is_connected = true
    try pipe.record.reregister(with: operations, token: 8, interest: .writable, mode: .edge)
    #expect(poll() == [Event(token: 8, readiness: .writable)])
    let count = calls.count(of: .describe)
    try pipe.record.reregister(with: operations, token: 9, interest: .writable, mode: .edge)
    #expect(calls.count(of: .describe) == count)
  }

  @Test
  func `a reregistration that fails leaves the registration unchanged`() throws {
    let pipe = try makeClient()
    try register(pipe, token: 1, .writable)
    _ = poll()
    calls.failures = [.post: [8]]
    expectError(.outOfMemory) { () throws(IOError) in
      try pipe.record.reregister(with: operations, token: 2, interest: .writable, mode: .level)
    }
    #expect(operations.count == 0)
    #expect(poll().isEmpty)
    pipe.block(.writable)
    #expect(poll() == [Event(token: 1, readiness: .writable)])
    // `ERROR_INVALID_FUNCTION`, the smallest code.
    calls.failures = [.post: [1]]
    expectError(.unsupported) { () throws(IOError) in
      try pipe.record.reregister(with: operations, token: 2, interest: .writable, mode: .edge)
    }
    try pipe.record.reregister(with: operations, token: 3, interest: .writable, mode: .edge)
    #expect(poll() == [Event(token: 3, readiness: .writable)])
  }

  @Test(arguments: [0, 1, .max, 1 << 63] as [UInt])
  func `an event has all bits of the token`(_ word: UInt) throws {
    let pipe = try makeClient()
    try register(pipe, token: Token(word))
    #expect(poll().map(\.token) == [Token(word)])
  }

  @Test
  func `a pipe that is registered only for writing does not read ahead`() throws {
    let pipe = try makeClient()
    try register(pipe, .writable)
    _ = poll()
    #expect(try pipe.send([1]) == 1)
    finish(.write, count: 1)
    #expect(calls.count(of: .read) == 0)
    #expect(try pipe.receive() == nil)
    #expect(calls.count(of: .read) == 1)
    finish(.read, [1, 2])
    #expect(poll().isEmpty)
    #expect(try pipe.receive() == [1, 2])
    #expect(calls.count(of: .read) == 1)
  }

  // MARK: Operations

  @Test
  func `two operations that end together are reported as one event`() throws {
    let pipe = try makeClient()
    try register(pipe)
    _ = poll()
    #expect(try pipe.send([1]) == 1)
    #expect(try pipe.send([1]) == nil)
    let packets = [calls.end(.read, [9]), calls.end(.write, count: 1)]
    #expect(poll(packets) == [Event(token: 7, readiness: [.readable, .writable])])
  }

  @Test(arguments: [
    (C_MIO_ERROR_PIPE_NOT_CONNECTED, IOError.Kind.notConnected),
    (C_MIO_ERROR_NO_SYSTEM_RESOURCES, .outOfMemory), (C_MIO_ERROR_ACCESS_DENIED, .permissionDenied),
  ])
  func `a read that the system refuses throws, and no operation stays in progress`(
    _ code: Int, _ kind: IOError.Kind
  ) throws {
    let pipe = try makeClient()
    calls.failures = [.read: [code, code]]
    try register(pipe)
    #expect(poll() == [Event(token: 7, readiness: [.readable, .writable, .error])])
    #expect(operations.count == 0)
    // The failure is reported only with the direction that has failed.
    pipe.block(.writable)
    #expect(poll() == [Event(token: 7, readiness: .writable)])
    for _ in 0..<2 {
      let error = expectError(kind) { () throws(IOError) in _ = try pipe.receive() }
      #expect(error?.operation == .read)
    }
    #expect(operations.count == 0)
    #expect(try pipe.receive() == nil)
    #expect(operations.count == 1)
    finish(.read, [3])
    #expect(try pipe.receive() == [3])
    finish(.read, code: C_MIO_ERROR_BROKEN_PIPE)
  }

  @Test
  func `a failed read is not repeated until the caller reads again`() throws {
    let pipe = try makeClient()
    try register(pipe)
    finish(.read, [1])
    #expect(try pipe.receive() == [1])
    operations.finish(calls.end(.read, code: C_MIO_ERROR_NO_SYSTEM_RESOURCES))
    expectError(.outOfMemory) { () throws(IOError) in _ = try pipe.receive() }
    pipe.block(.writable)
    #expect(calls.count(of: .read) == 2)
    #expect(try pipe.receive() == nil)
    #expect(calls.count(of: .read) == 3)
  }

  @Test
  func `a failed write affects neither the event of a read nor the next client`() throws {
    let pipe = try makeClient()
    try register(pipe)
    #expect(try pipe.send([1]) == 1)
    finish(.write, code: C_MIO_ERROR_NO_DATA)
    #expect(poll([calls.end(.read, [5])]) == [Event(token: 7, readiness: .readable)])
    try pipe.disconnect()
    calls.immediate = [.write: [1]]
    #expect(try pipe.send([1]) == 1)
  }

  @Test
  func `every read after the end of the stream returns the end`() throws {
    let pipe = try makeClient()
    try register(pipe)
    _ = poll()
    let events = poll([calls.end(.read, code: C_MIO_ERROR_BROKEN_PIPE)])
    #expect(events == [Event(token: 7, readiness: [.readable, .hangUp])])
    for _ in 0..<3 { #expect(try pipe.receive() == []) }
    #expect(calls.count(of: .read) == 1)
  }

  @Test
  func `a read that other code has cancelled is submitted again`() throws {
    let pipe = try makeClient()
    try register(pipe)
    _ = poll()
    #expect(poll([calls.end(.read, code: C_MIO_ERROR_OPERATION_ABORTED)]).isEmpty)
    #expect(calls.count(of: .read) == 2)
    finish(.read, [1])
  }

  @Test
  func `an empty write of the peer to a pipe of bytes causes no event`() throws {
    let pipe = try makeClient()
    try register(pipe, .readable, mode: .oneShot)
    #expect(poll([calls.end(.read)]).isEmpty)
    #expect(poll([calls.end(.read, [1])]).first?.isReadable == true)
    #expect(try pipe.receive() == [1])
  }

  @Test
  func `a write that has no memory or is refused throws, and can be repeated`() throws {
    let pipe = try makeClient()
    try register(pipe, .writable)
    _ = poll()
    calls.failures = [.makeOperation: [8], .write: [C_MIO_ERROR_NO_DATA]]
    for kind in [IOError.Kind.outOfMemory, .brokenPipe] {
      let error = expectError(kind) { () throws(IOError) in _ = try pipe.send([1]) }
      #expect(error?.operation == .write)
    }
    #expect(operations.count == 0)
    #expect(try pipe.send([1]) == 1)
    finish(.write, count: 1)
  }

  @Test(arguments: [(C_MIO_ERROR_NO_DATA, 0, IOError.Kind.brokenPipe), (0, 1, .other)])
  func `a write that fails later is reported by an event, and its error is thrown once`(
    _ code: Int, _ count: Int, _ kind: IOError.Kind
  ) throws {
    let pipe = try makeClient()
    try register(pipe, .writable)
    _ = poll()
    #expect(try pipe.send([1, 2]) == 2)
    #expect(try pipe.send([3]) == nil)
    let events = poll([calls.end(.write, code: code, count: count)])
    #expect(events == [Event(token: 7, readiness: [.writable, .error])])
    let error = expectError(kind) { () throws(IOError) in _ = try pipe.send([3]) }
    #expect(error?.operation == .write)
    #expect(try pipe.send([3]) == 1)
    finish(.write, count: 1)
  }

  @Test
  func `a connect that fails at once or later throws, and can be repeated`() throws {
    let pipe = try makeServer()
    try register(pipe)
    calls.failures = [.connect: [C_MIO_ERROR_NO_SYSTEM_RESOURCES]]
    expectError(.outOfMemory) { () throws(IOError) in _ = try pipe.connect() }
    #expect(try !pipe.connect())
    let events = poll([calls.end(.connect, code: C_MIO_ERROR_NO_SYSTEM_RESOURCES)])
    #expect(events == [Event(token: 7, readiness: [.readable, .writable, .error])])
    expectError(.outOfMemory) { () throws(IOError) in _ = try pipe.connect() }
    #expect(try !pipe.connect())
    #expect(poll([calls.end(.connect)]).first?.isWritable == true)
    #expect(try pipe.connect())
    finish(.read, code: C_MIO_ERROR_BROKEN_PIPE)
  }

  @Test(arguments: [C_MIO_ERROR_PIPE_CONNECTED, C_MIO_ERROR_NO_DATA])
  func `a server need not wait for a client that is already connected or has already closed`(
    _ code: Int
  ) throws {
    let pipe = try makeServer()
    try register(pipe)
    calls.failures = [.connect: [code]]
    #expect(try pipe.connect())
    #expect(poll().first?.isWritable == true)
    finish(.read, code: C_MIO_ERROR_BROKEN_PIPE)
  }

  @Test
  func `a server that connects before it is registered begins to wait when it is registered`()
    throws
  {
    let pipe = try makeServer()
    #expect(try !pipe.connect())
    #expect(try pipe.receive() == nil)
    #expect(try pipe.send([1]) == nil)
    #expect(calls.count(of: .connect) == 0)
    try register(pipe)
    #expect(calls.count(of: .connect) == 1)
    #expect(poll([calls.end(.connect)]).first?.isWritable == true)
    finish(.read, code: C_MIO_ERROR_BROKEN_PIPE)
  }

  @Test
  func `an event that cannot be announced is announced when the next wait begins`() throws {
    let pipe = try makeServer()
    try register(pipe, .writable)
    calls.failures = [.connect: [C_MIO_ERROR_PIPE_CONNECTED], .post: [1, 8]]
    #expect(try pipe.connect())
    #expect(calls.announcements.isEmpty)
    #expect(operations.count == 0)
    #expect(!operations.beginRound())
    #expect(operations.beginRound())
    #expect(poll().first?.isWritable == true)
    #expect(operations.beginRound())
    #expect(poll().isEmpty)
  }

  @Test
  func `a client that cannot be disconnected stays connected`() throws {
    let pipe = try makeClient()
    try register(pipe)
    _ = poll()
    calls.failures = [
      .disconnect: [
        C_MIO_ERROR_NOT_SUPPORTED, C_MIO_ERROR_PIPE_LISTENING, C_MIO_ERROR_PIPE_NOT_CONNECTED,
      ]
    ]
    expectError(.unsupported) { () throws(IOError) in try pipe.disconnect() }
    #expect(calls.count(of: .cancel) == 0)
    // The codes mean that no client was connected, or that it was already disconnected.
    for _ in 0..<2 { try pipe.disconnect() }
    #expect(calls.count(of: .cancel) >= 1)
    // A late result belongs to the client that was disconnected.
    finish(.read, [1, 2, 3])
    #expect(pipe.record.state.reading == .idle)
  }

  // MARK: Releasing

  @Test
  func `a pipe keeps its memory until all packets arrive, and its handle until writes end`()
    throws
  {
    do {
      let pipe = try makeClient()
      try register(pipe)
      #expect(try pipe.send([1]) == 1)
    }
    #expect(calls.isOpen)
    // The read was cancelled, the write was not.
    #expect(calls.count(of: .cancel) == 1)
    #expect(calls.memories == 3)
    #expect(poll().isEmpty)
    finish(.read, code: C_MIO_ERROR_OPERATION_ABORTED)
    #expect(calls.isOpen)
    finish(.write, count: 1)
    #expect(!calls.isOpen)
    #expect(calls.memories == 0)
    #expect(operations.count == 0)
  }

  @Test
  func `a port that closes ends all operations, and begins no new ones`() throws {
    let pipe = try makeClient()
    try register(pipe, mode: .level)
    _ = poll()
    #expect(try pipe.send([1]) == 1)
    operations.close()
    #expect(calls.count(of: .cancel) >= 2)
    operations.finish(calls.end(.read, [5, 6]))
    operations.finish(calls.end(.write, code: C_MIO_ERROR_OPERATION_ABORTED))
    operations.forget()
    #expect(operations.count == 0)
    // Bytes that were read ahead are not lost.
    #expect(try pipe.receive() == [5, 6])
    // The write that was cancelled is reported first.
    #expect(throws: IOError.self) { _ = try pipe.send([1]) }
    let errors = [
      expectError(.notRegistered) { () throws(IOError) in _ = try pipe.receive() },
      expectError(.notRegistered) { () throws(IOError) in _ = try pipe.send([1]) },
      expectError(.notRegistered) { () throws(IOError) in _ = try pipe.connectAnew() },
    ]
    #expect(errors.map(\.?.operation) == [.read, .write, .connect])
    #expect(operations.count == 0)
  }
}
