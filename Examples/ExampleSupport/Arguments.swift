public import MioNet

/// Reads the command line of a program that listens on an internet address: `[--listen
/// ADDRESS:PORT]`.
///
/// With port 0 the system selects a port. Without the option the address is 127.0.0.1:9000. Any
/// other argument ends the program.
public func listeningAddress() -> SocketAddress {
  let arguments = CommandLine.arguments.dropFirst()
  let text: String
  switch arguments.count {
  case 0: text = "127.0.0.1:9000"
  case 2 where arguments.first == "--listen": text = arguments.last ?? ""
  default: failWithUsage("[--listen ADDRESS:PORT]")
  }
  guard let address = SocketAddress(text) else {
    fail("'\(text)' is not an address and port, such as 127.0.0.1:9000", status: 2)
  }
  return address
}
