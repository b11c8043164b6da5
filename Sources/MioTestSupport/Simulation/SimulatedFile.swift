import MioCore

/// The file behind a simulated descriptor.
class SimulatedFile {
  final let host: SimulatedHost
  final let actor: SimulatedActor
  private(set) final var descriptor = Descriptor(-1)
  private(set) final var isOpen = true
  private final let boot: Int
  /// The registrations of the file.
  final var entries: [SimulatedEntry] = []

  init(on host: SimulatedHost, _ actor: SimulatedActor) {
    self.host = host
    self.actor = actor
    boot = host.bootCount
    descriptor = host.simulation.open(self)
  }

  final var simulation: Simulation { host.simulation }

  /// The number of the file in a trace.
  final var number: Int { Self.number(of: descriptor) }

  /// Returns the number of the file behind a descriptor.
  ///
  /// It is zero or less if the descriptor is not simulated.
  static func number(of descriptor: Descriptor) -> Int { -2_000_000 - descriptor.rawValue }

  /// The current readiness of the file.
  var readiness: Event.Readiness { [] }

  /// Whether the file has input that a program should not leave unread.
  var hasInput: Bool { readiness.contains(.readable) }

  /// Reports to the registrations that a direction has become ready.
  final func becomeReady(_ direction: Direction) {
    for entry in entries { entry.sourceBecameReady(direction) }
  }

  /// Closes the file.
  ///
  /// Its descriptor becomes invalid.
  func close() {
    guard isOpen else { return }
    simulation.note(.closes(file: number), on: host)
    host.giveDescriptor(ofBoot: boot)
    vanish()
  }

  /// Removes the file without notifying the peer, because its host has crashed.
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
  /// The time before which the entry reports nothing, because its event is delayed.
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
    if simulation.strikes(.repeatedEdge, by: file.actor) { watched.rearm(direction) }
    if var random = simulation.strike(.delayedEvent, by: file.actor) {
      silentUntil = simulation.now.advanced(by: .milliseconds(random.part(of: 5)))
      simulation.at(silentUntil) { [weak self] in self?.queue?.wakePoller() }
    } else {
      queue?.wakePoller()
    }
  }

  func takeEvent() -> Event? {
    let simulation = file.simulation
    if simulation.now < silentUntil { return nil }
    if let event = watched.takeEvent(file.readiness) { return event }
    guard var random = simulation.strike(.spuriousEvent, by: file.actor) else { return nil }
    return watched.spuriousEvent(random.happens(0.5) ? .readable : .writable)
  }

  var hasEvent: Bool { file.simulation.now >= silentUntil && watched.hasEvent(file.readiness) }

  var isUndrained: Bool { watched.isReadingUndrained && file.hasInput }
}

/// The record that a simulated selector adds to a source, to be notified of operations that would
/// block and of the source's end.
final class SimulatedRecord: RegistrationRecord, @unchecked Sendable {
  // Safety of `@unchecked`: a simulation runs on one thread at a time.

  // The reference is weak because the queue owns the entry, and a source outlives its registration.
  weak var entry: SimulatedEntry?

  override func wouldBlock(_ direction: Direction) {
    guard let entry else { return }
    entry.watched.rearm(direction)
    // The file may have become ready after the operation. The poller must then report the edge.
    if entry.watched.hasEvent(entry.file.readiness) { entry.queue?.wakePoller() }
  }

  override func sourceWillClose() {
    if let entry { entry.queue?.remove(entry) }
  }
}
