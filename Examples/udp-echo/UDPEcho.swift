import ExampleSupport
import MioCore
import MioNet
import MioSystem

/// A UDP server that sends every datagram back to its sender.
///
///     udp-echo [--listen ADDRESS:PORT]
@main
enum UDPEcho {
  static func main() {
    do throws(IOError) {
      let socket = try UDPSocket(bindingTo: listeningAddress())
      var server = try DatagramServer<SystemSelector>(socket)
      printLine("listening on \(try server.address)")
      try server.run()
      printLine(server.summary)
    } catch {
      fail("\(error)", status: 1)
    }
  }
}
