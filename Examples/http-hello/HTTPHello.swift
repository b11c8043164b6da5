import ExampleSupport
import MioCore
import MioNet
import MioSystem

/// An HTTP/1.1 server that answers each request for `/` with a greeting.
///
///     http-hello [--listen ADDRESS:PORT]
@main
enum HTTPHello {
  static func main() {
    do throws(IOError) {
      let listener = try TCPListener(bindingTo: listeningAddress())
      var server = try HTTPServer<SystemSelector, _, _>(listener)
      try server.loop.stopOnTermination()
      printLine("listening on \(try server.acceptor.listener.localAddress)")
      try server.run()
      printLine(server.summary)
    } catch {
      fail("\(error)", status: 1)
    }
  }
}
