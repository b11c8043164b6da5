import ExampleSupport
import MioCore
import MioNet
import MioSystem

/// A TCP server that sends back the data that it receives.
///
///     tcp-echo [--listen ADDRESS:PORT]
@main
enum TCPEcho {
  static func main() {
    do throws(IOError) {
      let listener = try TCPListener(bindingTo: listeningAddress())
      var server = try EchoServer<SystemSelector, _, _>(listener)
      try server.loop.stopOnTermination()
      printLine("listening on \(try server.acceptor.listener.localAddress)")
      try server.run()
      printLine("\(server.counts)")
    } catch {
      fail("\(error)", status: 1)
    }
  }
}
