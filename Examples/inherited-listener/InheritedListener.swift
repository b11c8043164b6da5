import ExampleSupport
import MioCore
import MioNet
import MioSystem

/// An echo server on a socket that a supervisor has created and passed on.
///
/// The socket may be a TCP or a Unix socket.
///
///     systemd-socket-activate --listen 9000 inherited-listener
///
/// The supervisor can open addresses that this program may not open. Connections wait while the
/// program is restarted.
@main
enum InheritedListener {
  static func main() {
    let descriptor = inheritedDescriptor()
    do throws(IOError) {
      if let listener = try adopt(descriptor, as: TCPListener.self) {
        try serve(listener)
      } else if let listener = try adopt(descriptor, as: UnixListener.self) {
        try serve(listener)
      } else {
        fail("descriptor \(descriptor.rawValue) is not a TCP or Unix stream socket", status: 1)
      }
    } catch {
      fail("descriptor \(descriptor.rawValue): \(error)", status: 1)
    }
  }

  /// Creates a listener from the descriptor.
  ///
  /// The result is `nil` if it is a socket of another kind.
  private static func adopt<Listener: Socket & ~Copyable>(
    _ descriptor: Descriptor, as type: Listener.Type
  ) throws(IOError) -> Listener? {
    do throws(IOError) {
      let listener = try Listener(adopting: descriptor)
      guard try isListening(listener) else {
        fail("descriptor \(descriptor.rawValue) is a socket that does not listen", status: 1)
      }
      return listener
    } catch {
      if error.kind == .invalidArgument { return nil }
      throw error
    }
  }

  /// Whether a socket listens.
  ///
  /// The result is `true` on Apple's systems, which do not report it.
  private static func isListening<Listener: Socket & ~Copyable>(
    _ socket: borrowing Listener
  ) throws(IOError) -> Bool {
    do throws(IOError) {
      return try socket.value(of: .isListening)
    } catch {
      if error.kind == .unsupported { return true }
      throw error
    }
  }

  private static func serve<
    Listener: Socket & StreamListener & ~Copyable, Stream: ByteStream & ~Copyable
  >(_ listener: consuming Listener) throws(IOError)
  where Listener.Accept == AcceptFunction<Listener, Stream> {
    var server = try EchoServer<SystemSelector, _, _>(listener)
    try server.loop.stopOnTermination()
    printLine("listening on \(try server.acceptor.listener.localAddress)")
    try server.run()
    printLine("\(server.counts)")
  }
}
