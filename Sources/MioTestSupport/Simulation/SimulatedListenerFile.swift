import MioCore

/// A simulated listener and its waiting connections.
final class SimulatedListenerFile: SimulatedFile {
  private let backlog: Int
  private var waiting: [SimulatedStreamFile] = []
  private(set) var port: UInt16 = 0

  init(on host: SimulatedHost, _ actor: SimulatedActor, port: UInt16, backlog: Int) throws(IOError)
  {
    self.backlog = max(1, backlog)
    super.init(on: host, actor)
    do {
      self.port = try host.bind(self, to: port)
    } catch {
      super.close()
      throw error
    }
  }

  override var readiness: Event.Readiness { waiting.isEmpty ? [] : .readable }

  var hasRoom: Bool { waiting.count < backlog }

  func offer(_ stream: SimulatedStreamFile) {
    waiting.append(stream)
    becomeReady(.readable)
  }

  /// Takes the connection that has waited longest.
  func accept() throws(IOError) -> SimulatedStreamFile? {
    if waiting.isEmpty { return nil }
    if simulation.strikes(.noDescriptor, by: actor) {
      throw IOError(.tooManyOpenFiles, operation: .accept)
    }
    try host.takeDescriptor(for: .accept)
    let stream = waiting.removeFirst()
    simulation.note(.accepts(file: stream.number), on: host)
    return stream
  }

  override func close() {
    guard isOpen else { return }
    host.unbind(self)
    for stream in waiting { stream.abandon() }
    waiting = []
    super.close()
  }
}
