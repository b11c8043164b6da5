import ExampleSupport
import MioCore
import MioNet
import MioSystem

/// A TCP server that relays each connection to another server, in both directions.
///
///     tcp-proxy --listen ADDRESS:PORT --to ADDRESS:PORT
@main
enum TCPProxy {
  static func main() {
    let (listening, upstream) = addresses()
    do throws(IOError) {
      let listener = try TCPListener(bindingTo: listening)
      var server = try ProxyServer<SystemSelector, _, _, _>(
        listener, upstream: TCPStream.self, at: upstream)
      try server.loop.stopOnTermination()
      printLine("listening on \(try server.acceptor.listener.localAddress)")
      try server.run()
      printLine(server.summary)
    } catch {
      fail("\(error)", status: 1)
    }
  }

  private static func addresses() -> (listening: SocketAddress, upstream: SocketAddress) {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count == 4, arguments[0] == "--listen", arguments[2] == "--to" else {
      failWithUsage("--listen ADDRESS:PORT --to ADDRESS:PORT")
    }
    return (address(arguments[1]), address(arguments[3]))
  }

  private static func address(_ text: String) -> SocketAddress {
    guard let address = SocketAddress(text) else {
      fail("'\(text)' is not an address and port, such as 127.0.0.1:9000", status: 2)
    }
    return address
  }
}
