import Loom
import MioCore
import MioWindows

/// Named pipes: the client's actions are reported, and nothing remains afterwards.
///
/// The memory of an operation exists as long as the system writes to it.
func namedPipes() -> [Scenario] {
  [false, true].flatMap { canSkip in
    let kind = canSkip ? "skipping packets" : "all packets"
    func scenario(
      _ what: String, _ body: @escaping (_ threads: Threads, _ world: PipeWorld) throws -> Void
    ) -> Scenario {
      Scenario("named pipes/\(kind)/\(what)") { threads in
        let afd = AFDModel()
        let model = PipeModel(afd, canSkipPackets: canSkip)
        try body(threads, PipeWorld(afd, model))
        let remains = afd.remains + model.remains
        Loom.check(remains.isEmpty, "left: \(remains.joined(separator: ", "))")
      }
    }
    return pipeScenarios(scenario)
  }
}

/// A server's end of a pipe that threads of a scenario can hold.
final class SharedPipe {
  private let pipe: NamedPipe

  init(_ calls: ModelPipeCalls) throws {
    pipe = try NamedPipe(
      creating: #"\\.\pipe\mio"#, options: NamedPipeOptions(), calls: calls)
  }

  func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, _ token: UInt,
    _ interest: Interest = [.readable, .writable]
  ) throws(IOError) {
    try registry.register(pipe, token: Token(token), interest: interest)
  }

  func deregister<S: Selector & ~Copyable>(
    from registry: borrowing Registry<S>
  ) throws(IOError) {
    try registry.deregister(pipe)
  }

  /// Reads once, or returns `nil` if that would block.
  func read() throws(IOError) -> Int? {
    var room: [UInt8] = [0, 0, 0, 0]
    var span = room.mutableSpan
    return try pipe.read(into: &span)
  }

  func write() throws(IOError) -> Int? {
    let byte: [UInt8] = [1]
    return try pipe.write(byte.span.bytes)
  }

  func connect() throws(IOError) -> Bool { try pipe.connect() }

  func disconnect() throws(IOError) { try pipe.disconnect() }
}

/// A pipe, its client, and a poll.
final class PipeWorld {
  let client: PipeModel
  var poller: Poller<AFD>?
  var pipe: SharedPipe?
  let registry: SharedRegistry<AFD>
  /// The number of bytes that the server has read.
  var read = 0

  init(_ afd: AFDModel, _ model: PipeModel) throws {
    client = model
    let poller = try Poller(AFD(calls: ScriptedAFD(afd)), capacity: 4)
    self.poller = poller
    registry = try poller.duplicate()
    pipe = try SharedPipe(ModelPipeCalls(pipe: model, afd: afd))
  }

  /// Connects a client, and registers the pipe.
  func connect() throws {
    client.clientComes()
    guard let poller, let pipe else { return }
    _ = try pipe.connect()
    try pipe.register(with: poller.registry, 1)
    while try !poller.wait(.zero).isEmpty {}
    try drain()
  }

  /// Reads until a read would block, or until the end of file.
  func drain() throws {
    while let count = try pipe?.read(), count > 0 { read += count }
  }

  /// Polls, and reads when a poll reports the pipe, until no thread is left that could end a poll.
  func serve() throws {
    while let tokens = try poller?.waitUnlessForEver() {
      if tokens.contains(1) { try drain() }
    }
  }
}

private typealias MakeScenario = (
  _ what: String, _ body: @escaping (_ threads: Threads, _ world: PipeWorld) throws -> Void
) -> Scenario

private func pipeScenarios(_ scenario: MakeScenario) -> [Scenario] {
  [
    scenario("register ∥ a client comes and writes ∥ poll") { threads, world in
      threads.add("poller") {
        _ = try world.pipe?.connect()
        try world.pipe?.register(with: world.registry.registry, 1)
        try world.serve()
        Loom.check(world.read == 1, "\(world.read) bytes of 1 were read")
      }
      threads.add("client") {
        world.client.clientComes()
        world.client.clientWrites()
      }
      threads.run()
    },
    scenario("the client writes twice ∥ poll") { threads, world in
      try world.connect()
      threads.add("poller") {
        try world.serve()
        Loom.check(world.read == 2, "\(world.read) bytes of 2 were read")
      }
      threads.add("client") { for _ in 0..<2 { world.client.clientWrites() } }
      threads.run()
    },
    scenario("the client writes twice ∥ a reader ∥ poll") { threads, world in
      try world.connect()
      threads.add("poller") {
        try world.serve()
        Loom.check(world.read == 2, "\(world.read) bytes of 2 were read")
      }
      threads.add("reader") { try world.drain() }
      threads.add("client") { for _ in 0..<2 { world.client.clientWrites() } }
      threads.run()
    },
    scenario("the client leaves ∥ poll") { threads, world in
      try world.connect()
      var isEnded = false
      threads.add("poller") {
        while let tokens = try world.poller?.waitUnlessForEver() {
          if tokens.contains(1), try world.pipe?.read() == 0 { isEnded = true }
        }
        Loom.check(isEnded, "the end is never told")
      }
      threads.add("client") { world.client.clientLeaves() }
      threads.run()
    },
    scenario("a write waits for room ∥ the client reads ∥ poll") { threads, world in
      try world.connect()
      world.client.fill()
      var written = 0
      threads.add("poller") {
        while written < 2 {
          if try world.pipe?.write() != nil { written += 1 } else { _ = try world.poller?.wait() }
        }
      }
      threads.add("client") { world.client.clientReads() }
      threads.run()
    },
    scenario("deregister ∥ the client writes ∥ polls that do not wait") { threads, world in
      try world.connect()
      var isGone = false
      threads.add("poller") {
        for _ in 0..<2 {
          let mustBeSilent = isGone
          let tokens = try world.poller?.wait(.zero) ?? []
          Loom.check(!mustBeSilent || tokens.isEmpty, "reported after deregister")
        }
      }
      threads.add("other") {
        try world.pipe?.deregister(from: world.registry.registry)
        isGone = true
      }
      threads.add("client") { world.client.clientWrites() }
      threads.run()
    },
    scenario("disconnect ∥ the client writes ∥ poll") { threads, world in
      try world.connect()
      threads.add("poller") { for _ in 0..<2 { _ = try world.poller?.wait(.zero) } }
      threads.add("other") { try world.pipe?.disconnect() }
      threads.add("client") { world.client.clientWrites() }
      threads.run()
    },
    scenario("the pipe goes ∥ the client writes ∥ poll") { threads, world in
      try world.connect()
      threads.add("poller") { for _ in 0..<2 { _ = try world.poller?.wait(.zero) } }
      threads.add("other") { world.pipe = nil }
      threads.add("client") { world.client.clientWrites() }
      threads.run()
    },
    scenario("the pipe goes with a write under way ∥ the client reads ∥ poll") { threads, world in
      try world.connect()
      world.client.fill()
      _ = try world.pipe?.write()
      threads.add("poller") { for _ in 0..<2 { _ = try world.poller?.wait(.zero) } }
      threads.add("other") { world.pipe = nil }
      threads.add("client") { world.client.clientReads() }
      threads.run()
    },
    scenario("register ∥ the poll goes ∥ a client comes") { threads, world in
      threads.add("poller") { world.poller = nil }
      threads.add("other") {
        _ = try world.pipe?.connect()
        try world.pipe?.register(with: world.registry.registry, 1)
      }
      threads.add("client") { world.client.clientComes() }
      threads.run()
    },
  ]
}
