import MioCore
import MioNet
import TestHelpers
import Testing

// Apple's systems have `InlineArray` from macOS 26 and iOS 26 on, so it is not among the samples that
// `scripts/check-systems` reads.

private func greetAll(
  at address: SocketAddress, _ prepare: (borrowing TCPListener) throws(IOError) -> Void
) throws(IOError) {
  let listeners = try InlineArray<2, TCPListener> { _ throws(IOError) in
    try TCPListener(bindingTo: address)
  }
  try prepare(listeners[1])
  for index in listeners.indices {
    while let stream = try listeners[index].accept() {
      _ = try stream.write("hello\n")
    }
  }
}

@Suite(.guardingDescriptors)
struct InlineArraySampleTests {
  @Test
  func `the sample with a fixed number of listeners accepts connections`() throws {
    var clients = TokenTable<TCPStream>()
    var token: Token = 0
    try greetAll(at: SocketAddress(v4: .loopback, port: 0)) { listener throws(IOError) in
      let client = try TCPStream(connectingTo: try listener.localAddress)
      while try client.finishConnect() == .pending {}
      token = clients.insert(client)
    }
    let greeting = try clients.withBorrowedValue(for: token) { client in try client.receive() }
    #expect(greeting == Array("hello\n".utf8))
  }
}
