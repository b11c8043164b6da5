import ExampleSupport
import MioCore
import MioNet
import MioSignals

/// A server that echoes on one socket until a signal stops it.
struct DatagramServer<S: Selector & ~Copyable>: ~Copyable {
  private var poll: Poll<S>
  private var events: Events<S>
  private var echo: DatagramEcho
  private let signals: SignalSource

  private static var socketToken: Token { 0 }
  private static var signalToken: Token { 1 }

  init(_ socket: consuming UDPSocket) throws(IOError) {
    let poll = try Poll<S>()
    let signals = try SignalSource([.interrupt, .terminate])
    try poll.registry.register(signals, token: Self.signalToken, interest: .readable)
    let events = try Events<S>(capacity: 16)
    let echo = try DatagramEcho(socket)
    try poll.registry.register(
      echo.socket, token: Self.socketToken, interest: [.readable, .writable])
    self.poll = poll
    self.signals = signals
    self.events = events
    self.echo = echo
  }

  var address: SocketAddress {
    get throws(IOError) { try echo.socket.localAddress }
  }

  var summary: String { "served \(echo.echoedCount) datagrams, \(echo.byteCount) bytes" }

  /// Serves until SIGINT or SIGTERM arrives.
  mutating func run() throws(IOError) {
    while true {
      try poll.poll(into: &events)
      for event in events {
        if event.token == Self.signalToken { return }
        if try echo.serve(event) { try comeBack() }
      }
    }
  }

  /// Makes the poll report the socket again, after the signals.
  ///
  /// A reregistration counts as an edge.
  private func comeBack() throws(IOError) {
    try poll.registry.reregister(
      echo.socket, token: Self.socketToken, interest: [.readable, .writable])
  }
}
