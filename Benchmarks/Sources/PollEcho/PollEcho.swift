import ExampleSupport
import MioCore
import MioNet
import MioPoll

/// The server of the example `tcp-echo` over poll(2). The checks of `tcp-echo` take its path.
///
///     PollEcho [--listen ADDRESS:PORT]
@main
enum PollEcho {
  static func main() {
    do throws(IOError) {
      let listener = try TCPListener(bindingTo: listeningAddress())
      var server = try EchoServer<PollSelector, _, _>(listener)
      try server.loop.stopOnTermination()
      printLine("listening on \(try server.acceptor.listener.localAddress)")
      try server.run()
      printLine("\(server.counts)")
    } catch {
      fail("\(error)", status: 1)
    }
  }
}
