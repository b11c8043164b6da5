import MioCore
import TestHelpers

/// Sources, registries, wakers and polls of one selector, on which operations run in parallel with
/// the model.
///
/// One thread runs all operations, and a poll never waits for an event that cannot arrive. A
/// sequence therefore has the same outcome each time.
@safe
final class World {
  private(set) var model: Model
  private let makePoll: () throws(IOError) -> any TestPoll
  let connections: any Connections

  private var polls: [any TestPoll] = []
  private var duplicates = [(any TestRegistry)?](repeating: nil, count: Model.duplicates.count)
  var endpoints = [(any Endpoint)?](repeating: nil, count: Model.placeCount)
  private var wakers = [PollWaker?](repeating: nil, count: Model.wakerCount)
  /// The sources whose descriptors were closed without them.
  private var abandoned: [any Endpoint] = []
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)

  /// The number of performed operations, without the skipped ones.
  private(set) var count = 0

  init(
    _ latitude: Model.Latitude, _ knowledge: ChannelKnowledge, _ connections: any Connections,
    makePoll: @escaping () throws(IOError) -> any TestPoll
  ) throws(IOError) {
    model = Model(latitude, knowledge)
    self.connections = connections
    self.makePoll = makePoll
    for _ in 0..<Model.pollCount { polls.append(try makePoll()) }
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 7)
  }

  deinit {
    unsafe buffer.deallocate()
  }

  /// Performs an operation, if it is possible.
  func run(_ operation: Operation) throws(Disagreement) {
    guard model.allows(operation), connections.offer(operation, in: model) else { return }
    count += 1
    switch operation {
    case .drain(let place):
      while case .bytes(1...) = try step(.read(place, unsafe buffer.count)) {}
    case .fill(let place):
      while case .bytes = try step(.write(place, 4096)) {}
    case .takeTurns(let poll):
      for turn in 0..<Model.turnCount {
        // The last turns are left to the remaining wakes and their signals.
        if turn < Model.turnCount - 8 {
          for waker in wakers.indices { try run(.wake(waker)) }
        }
        try run(.poll(poll, capacity: 1))
      }
    case .close(let place), .reset(let place):
      if let registry = model.registryToDeregister(place) {
        try step(.deregister(place, by: registry))
      }
      try step(operation)
    default: try step(operation)
    }
  }

  @discardableResult
  private func step(_ operation: Operation) throws(Disagreement) -> Outcome {
    let outcome = Outcome { () throws(IOError) in try perform(operation) }
    try model.apply(operation, outcome)
    connections.settle(operation, model, endpoints)
    return outcome
  }
}

// MARK: - Operations

extension World {
  private func perform(_ operation: Operation) throws(IOError) -> Outcome {
    switch operation {
    case .open, .openSocket, .openWriter, .duplicate: try performOpening(operation)
    case .listen, .connect, .refuse, .finishConnect, .accept: try performConnecting(operation)
    case .close, .reset, .abandon: try performClosing(operation)
    case .read, .drain, .write, .fill, .shutdown, .takeError: try performIO(operation)
    case .readPieces, .writePieces: try performVectoredIO(operation)
    case .sendUrgently, .receiveUrgently, .sendDescriptor, .readDescriptors:
      try performMessages(operation)
    case .register, .reregister, .deregister, .registerTwin: try performRegistration(operation)
    case .poll(let poll, let capacity, let waits):
      try self.poll(polls[poll], capacity, waits && model.owesEvents(poll))
    default: try performOnSelectors(operation)
    }
  }

  private func performOpening(_ operation: Operation) throws(IOError) -> Outcome {
    switch operation {
    case .open(let kind, let first, let second):
      let ends = try connections.open(kind)
      (endpoints[first], endpoints[second]) = ends
      return .opened([ends.0.descriptor.fileDescriptor, ends.1.descriptor.fileDescriptor])
    case .duplicate(let place, let other):
      endpoints[other] = try endpoints[place]?.duplicate()
      return opened(other)
    case .openSocket(let kind, let place):
      endpoints[place] = try connections.open(kind)
      return opened(place)
    case .openWriter(let place, let other):
      endpoints[other] = try endpoints[place].map { receiver throws(IOError) in
        try connections.writer(of: receiver)
      }
      return opened(other)
    default: break
    }
    return .done
  }

  func opened(_ place: Int) -> Outcome {
    .opened([endpoints[place]?.descriptor.fileDescriptor ?? -1])
  }

  private func performConnecting(_ operation: Operation) throws(IOError) -> Outcome {
    switch operation {
    case .listen(let place):
      endpoints[place] = try endpoints[place]?.listen()
    case .connect(let place, let other):
      guard let listener = endpoints[other] else { break }
      endpoints[place] = try endpoints[place]?.connect(to: listener)
    case .refuse(let place):
      guard let socket = endpoints[place] else { break }
      endpoints[place] = try connections.refuse(socket)
    case .finishConnect(let place):
      return try endpoints[place]?.finishConnect() == .pending ? .blocked : .done
    case .accept(let place, let other):
      endpoints[other] = try endpoints[place]?.accept()
      return endpoints[other] == nil ? .blocked : opened(other)
    default: break
    }
    return .done
  }

  private func performClosing(_ operation: Operation) throws(IOError) -> Outcome {
    switch operation {
    case .reset(let place):
      if model.file(at: place)?.holders == 1 { try endpoints[place]?.prepareReset() }
      endpoints[place] = nil
    case .abandon(let place):
      guard let endpoint = endpoints[place] as? BorrowedEndpoint else { break }
      endpoint.abandon()
      abandoned.append(endpoint)
      endpoints[place] = nil
    case .close(let place): endpoints[place] = nil
    default: break
    }
    return .done
  }

  private func performRegistration(_ operation: Operation) throws(IOError) -> Outcome {
    switch operation {
    case .register(let place, let interest, let mode, let registry):
      try apply(.register(model.nextToken, interest, mode), place, registry)
    case .reregister(let place, let interest, let mode, let registry):
      try apply(.reregister(model.nextToken, interest, mode), place, registry)
    case .deregister(let place, let registry):
      try apply(.deregister, place, registry)
    case .registerTwin(let place, let registry):
      guard let descriptor = endpoints[place]?.descriptor else { break }
      let twin = BorrowedDescriptor(descriptor)
      try self.registry(registry)?.register(twin, token: model.nextToken, interest: .readable)
      try self.registry(registry)?.deregister(twin)
    default: break
    }
    return .done
  }

  private func apply(
    _ change: RegistrationChange, _ place: Int, _ registry: Int
  ) throws(IOError) {
    guard let registry = self.registry(registry) else { return }
    try endpoints[place]?.apply(change, by: registry)
  }

  private func registry(_ index: Int) -> (any TestRegistry)? {
    index < Model.pollCount ? polls[index] : duplicates[index - Model.pollCount]
  }

  private func performOnSelectors(_ operation: Operation) throws(IOError) -> Outcome {
    switch operation {
    case .duplicateRegistry(let registry, let other):
      duplicates[other - Model.pollCount] = try self.registry(registry)?.duplicate()
    case .dropRegistry(let registry): duplicates[registry - Model.pollCount] = nil
    case .replacePoll(let poll): polls[poll] = try makePoll()
    case .meetPolls(let place, let count):
      guard let endpoint = endpoints[place] else { break }
      return try meetPolls(endpoint, count)
    case .makeWaker(let waker, let registry):
      wakers[waker] = try self.registry(registry)?.makeWaker(token: model.nextToken)
    case .wake(let waker): try wakers[waker]?.wake()
    case .dropWaker(let waker): wakers[waker] = nil
    default: break
    }
    return .done
  }

  private func meetPolls(_ endpoint: any Endpoint, _ count: Int) throws(IOError) -> Outcome {
    for number in 1...count {
      let poll = try makePoll()
      try endpoint.apply(.register(model.nextToken, .readable), by: poll)
      if number.isMultiple(of: 2) || number == count { try endpoint.apply(.deregister, by: poll) }
    }
    return .records(endpoint.recordCount)
  }

  private func poll(
    _ poll: any TestPoll, _ capacity: Int, _ waits: Bool
  ) throws(IOError) -> Outcome {
    if poll.capacity != capacity { try poll.resize(to: capacity) }
    if !waits { return .events(try poll.poll(timeout: .zero)) }
    let deadline = poll.now.advanced(by: .seconds(3))
    try poll.wait(until: deadline)
    // The poll must not sleep although an event must be reported.
    return poll.now < deadline ? .events(poll.events) : .failed(.timedOut)
  }
}
