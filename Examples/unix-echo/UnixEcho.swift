import ExampleSupport
import MioCore
import MioNet
import MioSystem

/// A server on a Unix socket that sends back the data that it receives.
///
///     unix-echo PATH
///     unix-echo @NAME      (Linux: a name that needs no file)
@main
enum UnixEcho {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard let name = arguments.first, arguments.count == 1, !name.isEmpty else {
      failWithUsage("PATH | @NAME")
    }
    do throws(IOError) {
      try serve(at: address(named: name))
    } catch {
      fail("\(name): \(error)", status: error.operation == .createAddress ? 2 : 1)
    }
  }

  private static func address(named name: String) throws(IOError) -> UnixAddress {
    guard name.first == "@" else { return try UnixAddress(path: name) }
    return try UnixAddress(abstract: name.dropFirst())
  }

  private static func serve(at address: UnixAddress) throws(IOError) {
    let listener = try UnixListener(bindingTo: address)
    // The file outlives the socket. The program that created it removes it, even if serving fails.
    let file = address.path.flatMap { path in SocketFile(at: path) }
    defer { file?.remove() }

    var server = try EchoServer<SystemSelector, _, _>(listener)
    try server.loop.stopOnTermination()
    printLine("listening on \(try server.acceptor.listener.localAddress)")
    try server.run()
    printLine("\(server.counts)")
  }
}
