import ExampleSupport
import MioCore
import MioNet
import MioSystem

/// A TCP server that sends each line of a client to all other clients.
///
///     chat [--listen ADDRESS:PORT]
@main
enum Chat {
  static func main() {
    do throws(IOError) {
      let listener = try TCPListener(bindingTo: listeningAddress())
      var server = try ChatServer<SystemSelector, _, _>(listener)
      try server.loop.stopOnTermination()
      printLine("listening on \(try server.acceptor.listener.localAddress)")
      try server.run()
      printLine(server.summary)
    } catch {
      fail("\(error)", status: 1)
    }
  }
}
