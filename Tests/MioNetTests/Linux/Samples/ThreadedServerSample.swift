import CLibrary
import CMioSocket
import Foundation
import MioCore
import MioNet
import MioSignals
import MioSystem
import TestHelpers
import Testing

private typealias Server = Guide.Server

private enum Program {
  static func main() throws(IOError) {
    try serve(
      at: SocketAddress(v4: .loopback, port: 9000),
      threads: ProcessInfo.processInfo.activeProcessorCount)
  }

  static func serve(at address: SocketAddress, threads count: Int) throws(IOError) {
    // From here on a signal is remembered, so none is lost while the servers start.
    let signals = try SignalSource([.interrupt, .terminate])
    var poll = try Poll<SystemSelector>()
    var events = try Events<SystemSelector>(capacity: 1)
    try poll.registry.register(signals, token: 0, interest: .readable)

    let running = DispatchGroup()
    var stopWakers: [PollWaker] = []
    for _ in 0..<count {
      let server = try Server<SystemSelector, _, _>(try sharingListener(at: address))
      stopWakers.append(try server.makeStopWaker())
      let handover = Handover(server)
      running.enter()
      Thread.detachNewThread {
        do throws(IOError) {
          if var server = handover.take() { try server.run() }
        } catch {
          print("a server failed:", error)
        }
        running.leave()
      }
    }

    try poll.poll(into: &events)  // The signals are the only source: this waits for one of them.
    for waker in stopWakers { try waker.wake() }
    running.wait()
  }

  /// Creates one of several listeners at the same port.
  static func sharingListener(at address: SocketAddress) throws(IOError) -> TCPListener {
    let socket = try TCPSocket(for: address)
    try socket.set(.reusePort, to: true)
    try socket.bind(to: address)
    return try socket.listen()
  }
}

@Suite(.guardingDescriptors)
struct ThreadedServerSampleTests {
  @Test
  func `servers on several threads serve clients, and end on a signal`() async {
    await #expect(processExitsWith: .success) {
      let reserved = try TCPSocket(.v4)
      try reserved.set(.reusePort, to: true)
      try reserved.bind(to: SocketAddress(v4: .loopback, port: 0))
      let address = try reserved.localAddress
      let client = Worker {
        for _ in 0..<8 {
          var answer: [UInt8] = []
          let stream = try Self.connect(to: address)
          _ = try stream.write("hello")
          while answer.count < 5 { _ = try stream.read(appendingTo: &answer, upTo: 5) }
          if answer != Array("hello".utf8) { exit(1) }
        }
        kill(getpid(), SIGTERM)
      }
      try Program.serve(at: address, threads: 3)
      try client.join()
    }
  }

  /// Connects when a server listens.
  private static func connect(to address: SocketAddress) throws(IOError) -> TCPStream {
    let deadline = ContinuousClock.now.advanced(by: .seconds(30))
    while true {
      do throws(IOError) {
        let stream = try TCPStream(connectingTo: address)
        while try stream.finishConnect() == .pending {}
        return stream
      } catch {
        if error.kind != .connectionRefused || ContinuousClock.now > deadline { throw error }
      }
    }
  }
}
