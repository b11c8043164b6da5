import ExampleSupport
import MioCore
import MioNet
import MioPoll

/// The server of the example `tcp-echo` over poll(2).
///
/// The scripts that check `tcp-echo` check it as well: `scripts/churn-echo --server PATH`.
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
