import CLibrary
import MioCore
import MioNet
import MioSystem
import MioTestSupport
import TestHelpers
import Testing

// The programs of `Docs/Sockets.md`. `scripts/check-samples` checks that both are equal.

/// Sends every message back to its sender.
enum Responder {
  static func main() throws(IOError) {
    try serve(UDPSocket(bindingTo: SocketAddress(v4: .loopback, port: 9000)))
  }

  static func serve(_ socket: borrowing UDPSocket) throws(IOError) {
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 16)
    var buffer = ContiguousArray<UInt8>(repeating: 0, count: 65_535)
    try poll.registry.register(socket, token: 0, interest: .readable)

    while true {
      try poll.poll(into: &events)  // The socket is the only source, so every event is its own.
      do throws(IOError) {
        while true {
          var space = buffer.mutableSpan
          guard let message = try socket.receive(into: &space) else { break }  // would block
          guard let sender = message.sender else { continue }
          // `nil` means that the system's buffer is full. The answer is lost, as UDP allows.
          _ = try socket.send(buffer.span.extracting(0..<message.count), to: sender)
        }
      } catch {
        // An answer could not be sent. More messages may wait: the next poll reports the socket again.
        print(error)
        try poll.registry.reregister(socket, token: 0, interest: .readable)
      }
    }
  }
}

/// Asks a server, up to three times, because UDP may lose a message.
///
/// - Returns: The answer, or `nil` if none has arrived.
func ask(_ question: String, at server: SocketAddress) throws(IOError) -> String? {
  let socket = try UDPSocket(server.version)
  try socket.connect(to: server)  // Messages of other senders are discarded.
  var poll = try Poll<SystemSelector>()
  var events = try Events<SystemSelector>(capacity: 1)
  try poll.registry.register(socket, token: 0, interest: .readable)

  let bytes = ContiguousArray(question.utf8)
  var buffer = ContiguousArray<UInt8>(repeating: 0, count: 65_535)
  for _ in 0..<3 {
    _ = try socket.send(bytes.span)
    try poll.poll(into: &events, timeout: .milliseconds(500))
    var space = buffer.mutableSpan
    if let message = try socket.receive(into: &space) {
      return String(decoding: buffer[..<message.count], as: UTF8.self)
    }
  }
  return nil
}

/// Answers one command for each connection, at a path.
enum ControlServer {
  static func main() throws(IOError) {
    try serve(UnixListener(bindingTo: UnixAddress(path: "/tmp/control"), replacingStaleFile: true))
  }

  static func serve(_ listener: borrowing UnixListener) throws(IOError) {
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 64)
    var clients = TokenTable<Client>(minimumCapacity: 64)
    var retryTime = Instant.never
    try poll.registry.register(listener, token: 0, interest: .readable)

    while true {
      try poll.poll(into: &events, until: retryTime)
      if retryTime <= poll.now {
        retryTime = .never
        try poll.registry.reregister(listener, token: 0, interest: .readable)
      }
      for event in events {
        do throws(IOError) {
          if event.token == 0 {
            while let stream = try listener.accept() {
              _ = try clients.insert(Client(stream)) { client, token throws(IOError) in
                try poll.registry.register(client.stream, token: token, interest: .readable)
              }
            }
          } else {
            let isFinished = try clients.withValue(for: event.token) { client throws(IOError) in
              try client.serve()
            }
            if isFinished == true { clients.remove(event.token) }  // closes the connection
          }
        } catch {
          print(error)
          if event.token == 0 {
            retryTime = poll.now + .milliseconds(100)  // Perhaps a descriptor is free then.
          } else {
            clients.remove(event.token)
          }
        }
      }
    }
  }

  struct Client: ~Copyable {
    let stream: UnixStream
    var command: [UInt8] = []

    init(_ stream: consuming UnixStream) {
      self.stream = stream
    }

    /// Reads the command, and answers it once the client has ended its side.
    ///
    /// - Returns: Whether the client is served.
    mutating func serve() throws(IOError) -> Bool {
      while let count = try stream.read(appendingTo: &command, upTo: 1024) {
        if command.count > 4096 { return true }  // too long for a command
        if count == 0 {
          let text = String(decoding: command, as: UTF8.self)
          // The first bytes of a connection always fit into the system's buffer.
          _ = try stream.write("user \(try stream.peerCredentials.userID) sent: \(text)\n")
          return true
        }
      }
      return false
    }
  }
}

/// Sends a command.
///
/// - Returns: The answer, or `nil` if too many other clients are waiting.
func sendCommand(_ command: String, to address: UnixAddress) throws(IOError) -> String? {
  guard let stream = try UnixStream(connectingTo: address) else { return nil }
  var poll = try Poll<SystemSelector>()
  var events = try Events<SystemSelector>(capacity: 1)
  try poll.registry.register(stream, token: 0, interest: [.readable, .writable])

  var output = StreamBuffer()
  output.append(command)
  while try !output.flush(to: stream) { try poll.poll(into: &events) }
  try stream.shutdown(.write)

  var answer: [UInt8] = []
  while true {
    switch try stream.read(appendingTo: &answer, upTo: 4096) {
    case nil: try poll.poll(into: &events)
    case 0: return String(decoding: answer, as: UTF8.self)
    default: break
    }
  }
}

@Suite(.guardingDescriptors)
struct SocketProgramSampleTests {
  /// Starts a program that does not end, in a process that ends with its client.
  private static func beside(
    _ program: @escaping @Sendable () throws -> Void, _ client: () throws -> Void
  ) throws {
    let thread = Worker(program)
    try client()
    _ = thread
    exit(0)
  }

  @Test
  func `the sample responder answers messages`() async {
    await #expect(processExitsWith: .success) {
      let socket = try Loopback.udpSocket()
      let address = try socket.localAddress
      try Self.beside {
        try Responder.serve(socket)
      } _: {
        for text in ["hello", "", String(repeating: "x", count: 60_000)] {
          guard try ask(text, at: address) == text else { exit(1) }
        }
      }
    }
  }

  @Test
  func `the sample client ends if it receives no answer`() throws {
    let silent = try Loopback.udpSocket()
    #expect(try ask("anybody?", at: silent.localAddress) == nil)
    #expect(try silent.receive()?.bytes == Array("anybody?".utf8))
  }

  @Test
  func `the sample control server answers commands at a path`() async {
    await #expect(processExitsWith: .success) {
      let folder = TemporaryFolder()
      let address = try UnixAddress(path: folder.file("control"))
      let listener = try UnixListener(bindingTo: address)
      try Self.beside {
        try ControlServer.serve(listener)
      } _: {
        for command in ["status", ""] {
          let answer = try sendCommand(command, to: address)
          guard answer == "user \(getuid()) sent: \(command)\n" else { exit(1) }
        }
      }
    }
  }
}
