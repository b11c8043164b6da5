import ExampleSupport
import MioCore
import MioNet
import MioSystem

/// A TCP server that echoes with one task for each connection, all of them on the thread that
/// polls.
///
///     async-echo [--listen ADDRESS:PORT]
@main
enum AsyncEcho {
  static func main() {
    do {
      let listener = try TCPListener(bindingTo: listeningAddress())
      let address = try listener.localAddress
      let loop = try EventLoop<SystemSelector>()
      let server = AsyncEchoServer(listener, on: loop)
      try loop.run {
        do {
          try await serve(server, at: address, loop)
        } catch {
          fail("\(error)", status: 1)
        }
      }
      printLine("\(server.counts)")
    } catch {
      fail("\(error)", status: 1)
    }
  }

  private typealias Server = AsyncEchoServer<SystemSelector, TCPListener, TCPStream>

  /// Serves until a signal arrives.
  private static func serve(
    _ server: Server, at address: SocketAddress, _ loop: EventLoop<SystemSelector>
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: loop.executor) { try await loop.termination() }
      group.addTask(executorPreference: loop.executor) {
        printLine("listening on \(address)")
        try await server.run()
      }
      try await group.next()
      group.cancelAll()
    }
  }
}
