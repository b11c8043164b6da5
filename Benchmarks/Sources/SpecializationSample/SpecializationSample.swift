import MioCore
import MioEpoll
import MioNet

/// Calls the disassembled functions, so that they are compiled as in a program.
///
/// It is not meant to be run.
@main
enum SpecializationSample {
  static func main() throws(IOError) {
    let address = SocketAddress(v4: .loopback, port: 9000)
    var poll = try Poll<EpollSelector>()
    var events = try Events<EpollSelector>(capacity: 64)
    var buffer = [UInt8](repeating: 0, count: 4096)
    let stream = try TCPStream(connectingTo: address)
    print(try sampledPlainTurn(&poll, &events, stream, &buffer))

    let listener = try TCPListener(bindingTo: address)
    var server = try Server<EpollSelector, TCPStream>(try Poll())
    while let stream = try listener.accept() { try server.sampledAdd(stream) }
    try server.sampledTurn(timeout: .seconds(CommandLine.arguments.count), &buffer)
  }
}
