import ExampleSupport
import MioNet

/// The command line: `[--listen ADDRESS:PORT] [--threads COUNT] [--share-port]`.
struct Options {
  private(set) var address = SocketAddress(v4: .loopback, port: 9000)
  private(set) var threadCount = 4
  private(set) var sharesPort = false

  init() {
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      switch name {
      case "--listen": address = Self.address(arguments.popFirst())
      case "--threads": threadCount = Self.count(arguments.popFirst())
      case "--share-port": sharesPort = true
      default: failWithUsage("[--listen ADDRESS:PORT] [--threads COUNT] [--share-port]")
      }
    }
  }

  private static func address(_ text: String?) -> SocketAddress {
    guard let text, let address = SocketAddress(text) else {
      fail("--listen needs an address and port, such as 127.0.0.1:9000", status: 2)
    }
    return address
  }

  private static func count(_ text: String?) -> Int {
    guard let text, let count = Int(text), 1...1024 ~= count else {
      fail("--threads needs a number from 1 to 1024", status: 2)
    }
    return count
  }
}
