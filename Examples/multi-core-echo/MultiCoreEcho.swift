import ExampleSupport
import MioCore
import MioNet
import MioSystem

/// A TCP server that echoes on several threads, each with a poll of its own.
///
///     multi-core-echo [--listen ADDRESS:PORT] [--threads COUNT] [--share-port]
///
/// The main thread accepts the connections and hands them over to the other threads. With
/// `--share-port` every thread, the main thread included, accepts from a listener of its own, and
/// the system distributes the connections.
@main
enum MultiCoreEcho {
  static func main() {
    let options = Options()
    if options.sharesPort && !canSharePort {
      complain("listeners share no port on this system: one thread accepts")
    }
    do throws(IOError) {
      let counts =
        options.sharesPort && canSharePort ? try sharePort(options) : try handOver(options)
      printLine("\(counts)")
    } catch {
      fail("\(error)", status: 1)
    }
  }

  private static func sum(
    _ first: EchoCounts, _ threads: [LoopThread<EchoCounts>]
  ) throws(IOError) -> EchoCounts {
    var sum = first
    for thread in threads {
      if let counts = try thread.stop() { sum += counts }
    }
    return sum
  }
}

// MARK: - One thread accepts

extension MultiCoreEcho {
  private static func handOver(_ options: Options) throws(IOError) -> EchoCounts {
    let listener = try TCPListener(bindingTo: options.address)
    var distributor = try Distributor<SystemSelector, _, _>(listener)
    try distributor.loop.stopOnTermination()
    // A loop that fails ends the program.
    let didEnd = try distributor.loop.makeStopWaker()
    var threads: [LoopThread<EchoCounts>] = []
    for _ in 0..<options.threadCount {
      let loop = try EchoLoop<SystemSelector, TCPStream>()
      let stop = try loop.makeStopWaker()
      distributor.add(loop.sender)
      threads.append(
        LoopThread(loop, stop: stop, didEnd: didEnd) { loop throws(IOError) in
          try loop.run()
          return loop.counts
        })
    }
    printLine("listening on \(try distributor.acceptor.listener.localAddress)")
    try distributor.run()
    return try sum(EchoCounts(), threads)
  }
}

// MARK: - Every thread accepts

extension MultiCoreEcho {
  private static func sharePort(_ options: Options) throws(IOError) -> EchoCounts {
    var first = try EchoServer<SystemSelector, _, _>(try sharingListener(at: options.address))
    try first.loop.stopOnTermination()
    // Port 0 is a different port for each listener, so the others bind to the port of the first one.
    let address = try first.acceptor.listener.localAddress
    let didEnd = try first.loop.makeStopWaker()
    var threads: [LoopThread<EchoCounts>] = []
    for _ in 1..<options.threadCount {
      let server = try EchoServer<SystemSelector, _, _>(try sharingListener(at: address))
      let stop = try server.loop.makeStopWaker()
      threads.append(
        LoopThread(server, stop: stop, didEnd: didEnd) { server throws(IOError) in
          try server.run()
          return server.counts
        })
    }
    printLine("listening on \(address)")
    try first.run()
    return try sum(first.counts, threads)
  }

  private static func sharingListener(at address: SocketAddress) throws(IOError) -> TCPListener {
    let socket = try TCPSocket(for: address)
    try socket.set(.reusePort, to: true)
    try socket.bind(to: address)
    return try socket.listen()
  }
}
