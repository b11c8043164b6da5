import MioCore

/// What a simulated descriptor stands for.
class SimulatedFile {
  final let host: SimulatedHost
  private(set) final var descriptor = Descriptor(-1)
  private(set) final var isOpen = true
  private final let boot: Int
  /// Those who watch it.
  final var entries: [SimulatedEntry] = []

  init(on host: SimulatedHost) {
    self.host = host
    boot = host.bootCount
    descriptor = host.simulation.open(self)
  }

  final var simulation: Simulation { host.simulation }

  /// What people call it in a trace.
  final var number: Int { Self.number(of: descriptor) }

  /// The number of the file that a descriptor stands for; not above zero for others.
  static func number(of descriptor: Descriptor) -> Int { -2_000_000 - descriptor.rawValue }

  /// What the file is ready for at the moment.
  var readiness: Event.Readiness { [] }

  /// Whether something waits to be taken that a program should not leave behind.
  var hasInput: Bool { readiness.contains(.readable) }

  /// The file has become ready for more.
  final func becomeReady(_ direction: Direction) {
    for entry in entries { entry.sourceBecameReady(direction) }
  }

  /// Ends the file: its descriptor stands for nothing any more.
  func close() {
    guard isOpen else { return }
    simulation.note(.closes(file: number), on: host)
    host.giveDescriptor(ofBoot: boot)
    vanish()
  }

  /// Ends the file without a word to anybody, because its host has crashed.
  func crash() { vanish() }

  private final func vanish() {
    isOpen = false
    simulation.forget(descriptor)
    for entry in entries { entry.queue?.remove(entry) }
    entries = []
  }
}

/// A registration with a simulated selector.
final class SimulatedEntry {
  let file: SimulatedFile
  weak let queue: SimulatedQueue?
  unowned let record: SimulatedRecord
  var watched: WatchedReadiness
  /// An event may be late: nothing is reported before.
  private var silentUntil = Instant(nanoseconds: 0)

  init(
    _ file: SimulatedFile, _ queue: SimulatedQueue, _ record: SimulatedRecord,
    _ watched: WatchedReadiness
  ) {
    self.file = file
    self.queue = queue
    self.record = record
    self.watched = watched
  }

  func sourceBecameReady(_ direction: Direction) {
    let simulation = file.simulation
    if simulation.strikes(.repeatedEdge) { watched.rearm(direction) }
    if simulation.strikes(.delayedEvent) {
      silentUntil = simulation.now.advanced(by: .milliseconds(simulation.part(of: 5)))
      simulation.at(silentUntil) { [weak self] in self?.queue?.wakePoller() }
    } else {
      queue?.wakePoller()
    }
  }

  func takeEvent() -> Event? {
    let simulation = file.simulation
    if simulation.now < silentUntil { return nil }
    if let event = watched.takeEvent(file.readiness) { return event }
    guard simulation.strikes(.spuriousEvent) else { return nil }
    return watched.spuriousEvent(simulation.choice(among: 2) == 0 ? .readable : .writable)
  }

  var hasEvent: Bool { file.simulation.now >= silentUntil && watched.hasEvent(file.readiness) }

  var isUndrained: Bool { watched.isReadingUndrained && file.hasInput }
}

/// What a simulated selector hangs on a source, to hear of operations that would block and of its end.
final class SimulatedRecord: RegistrationRecord, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  // The queue owns the entry, and a source outlives its registration.
  weak var entry: SimulatedEntry?

  override func wouldBlock(_ direction: Direction) {
    guard let entry else { return }
    entry.watched.rearm(direction)
    // The file may have become ready since the operation: then this is the edge.
    if entry.watched.hasEvent(entry.file.readiness) { entry.queue?.wakePoller() }
  }

  override func sourceWillClose() {
    if let entry { entry.queue?.remove(entry) }
  }
}
