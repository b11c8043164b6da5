import MioCore
import MioTestSupport
import TestHelpers

/// A factory of the channels and sockets of a simulated host.
final class SimulatedConnections: Connections {
  private let clock: any TestPoll

  init() throws(IOError) {
    clock = try makeSimulatedPoll(capacity: 1)
  }

  // A simulation has no descriptors to pass.
  var anyDescriptor: Descriptor { Descriptor(-1) }

  func offer(_ operation: Operation, in model: Model) -> Bool {
    switch operation {
    case .open(let kind, _, _): [.unix, .tcp].contains(kind)
    case .openSocket(let kind, _): kind == .tcp
    case .openWriter, .duplicate, .abandon, .readPieces, .writePieces, .sendUrgently,
      .receiveUrgently, .sendDescriptor, .readDescriptors:
      false
    case .register(let place, _, _, _), .reregister(let place, _, _, _), .deregister(let place, _),
      .registerTwin(let place, _), .meetPolls(let place, _), .takeError(let place):
      // A simulated socket has no source before it listens or connects.
      model.file(at: place)?.kind != .socket
    default: true
    }
  }

  func open(_ kind: SocketKind) throws(IOError) -> any Endpoint { SimulatedSocketEndpoint() }

  func open(_ kind: ChannelKind) throws(IOError) -> (any Endpoint, any Endpoint) {
    if kind == .unix {
      let pair = try SimulatedStream.pair()
      return (SimulatedStreamEndpoint(pair.first), SimulatedStreamEndpoint(pair.second))
    }
    let listener = SimulatedListenerEndpoint(try SimulatedListener(port: 0))
    let client = try listener.connect()
    pass()
    guard let server = try listener.accept() else {
      throw IOError(.timedOut, operation: .accept)
    }
    return (client, server)
  }

  func writer(of receiver: any Endpoint) throws(IOError) -> any Endpoint { receiver }

  func refuse(_ socket: any Endpoint) throws(IOError) -> (any Endpoint)? {
    // No program of the simulation listens at this port.
    let address = SimulatedAddress(SimulatedConnections.host, port: 1)
    return SimulatedStreamEndpoint(try SimulatedStream(connectingTo: address))
  }

  func settle(_ operation: Operation, _ model: Model, _ endpoints: [(any Endpoint)?]) {
    if case .poll = operation { return }
    pass()
  }

  /// Lets time pass, so that all data that was sent or delayed arrives.
  private func pass() {
    try? clock.wait(for: .seconds(10))
  }

  static let host = "host"
}
