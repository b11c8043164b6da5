import ExampleSupport
import MioCore
import MioEpoll
import MioNet

/// A TCP server that sends back what it gets.
///
///     tcp-echo [--listen ADDRESS:PORT]
@main
enum TCPEcho {
  static func main() {
    let address = parseArguments()
    do throws(IOError) {
      var server = try EchoServer<EpollSelector>(listeningAt: address)
      printLine("listening on \(try server.address)")
      try server.run()
      printLine("served \(server.connectionCount) connections, \(server.byteCount) bytes")
    } catch {
      fail("tcp-echo: \(error)", status: 1)
    }
  }

  private static func parseArguments() -> SocketAddress {
    let arguments = CommandLine.arguments.dropFirst()
    let text: String
    switch arguments.count {
    case 0: text = "127.0.0.1:9000"
    case 2 where arguments.first == "--listen": text = arguments.last ?? ""
    default: fail("usage: tcp-echo [--listen ADDRESS:PORT]", status: 2)
    }
    guard let address = SocketAddress(text) else {
      fail("tcp-echo: '\(text)' is not an address and port, such as 127.0.0.1:9000", status: 2)
    }
    return address
  }
}
