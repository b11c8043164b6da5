import MioCore

/// The kernel object of a simulated selector, with its registrations and its waiting program.
final class SimulatedQueue {
  let host: SimulatedHost
  private let actor: SimulatedActor
  private let boot: Int
  private(set) var entries: [SimulatedEntry] = []
  /// Whether a waker has signaled the queue.
  private var isSignaled = false
  private var poller: SimulatedTask?
  /// The program to call when an event is pending, if it runs in steps.
  private weak let stepper: SimulatedTask?

  init(of task: SimulatedTask) {
    host = task.host
    actor = task.actor.makeChild()
    boot = host.bootCount
    stepper = task.isStepwise ? task : nil
    stepper?.watch(self)
  }

  deinit { host.giveDescriptor(ofBoot: boot) }

  func add(_ entry: SimulatedEntry) {
    entries.append(entry)
    entry.file.entries.append(entry)
    wakePoller()
  }

  func remove(_ entry: SimulatedEntry) {
    entries.removeAll { $0 === entry }
    entry.file.entries.removeAll { $0 === entry }
  }

  func entry(of file: SimulatedFile) -> SimulatedEntry? {
    entries.first { $0.file === file }
  }

  var isPolledInSteps: Bool { stepper != nil }

  /// Whether a poll would return.
  var hasEvents: Bool { isSignaled || entries.contains(where: \.hasEvent) }

  func signal() {
    if host.isRetired { return }
    isSignaled = true
    host.simulation.note(.wakes, on: host)
    wakePoller()
  }

  func wakePoller() {
    guard let poller = poller ?? stepper, poller.state == .waiting else { return }
    let simulation = host.simulation
    guard var random = simulation.strike(.busyProcessor, by: poller.actor) else {
      return poller.becomeReady()
    }
    let wait = poller.waitNumber
    simulation.at(simulation.now.advanced(by: .milliseconds(random.part(of: 5)))) {
      if poller.waitNumber == wait { poller.becomeReady() }
    }
  }
}

// MARK: - Waiting

extension SimulatedQueue {
  /// Waits until there is an event or a wake, or until the time has expired.
  ///
  /// - Returns: The number of events that it wrote.
  /// - Throws: ``IOError`` with the kind `.interrupted`, or with the kind `.badDescriptor` if the
  ///   simulation has ended.
  func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let task = try host.enter(.poll)
    let simulation = host.simulation
    let deadline = time.nanoseconds.map {
      simulation.now.advanced(by: .nanoseconds(Int64(clamping: $0)))
    }
    while true {
      let count = unsafe collect(into: buffer)
      if count > 0 || isSignaled || deadline.map({ $0 <= simulation.now }) ?? false {
        isSignaled = false
        return count
      }
      if task.isStepwise { throw IOError(.unsupported, operation: .poll) }
      if simulation.strikes(.interruptedPoll, by: task.actor) {
        throw IOError(.interrupted, operation: .poll)
      }
      poller = task
      simulation.suspend(task, until: deadline)
      poller = nil
      if task.takeInterruption() { throw IOError(.interrupted, operation: .poll) }
      if task.mustEnd { throw IOError(.badDescriptor, operation: .poll) }
    }
  }

  /// Takes the pending events, up to the capacity of the buffer.
  ///
  /// They are in the order of the registrations, or in an order that the seed determines.
  private func collect(into buffer: UnsafeMutableBufferPointer<Event>) -> Int {
    var events: [Event] = []
    // Reported entries move to the end, so that every entry is reported in turn.
    var served: [SimulatedEntry] = []
    var waiting: [SimulatedEntry] = []
    for entry in entries {
      if events.count < buffer.count, let event = entry.takeEvent() {
        events.append(event)
        served.append(entry)
      } else {
        waiting.append(entry)
      }
    }
    if events.isEmpty { return 0 }
    entries = waiting + served
    let simulation = host.simulation
    if events.count > 1, var random = simulation.deviates(.eventOrder, by: actor, on: host) {
      for index in events.indices {
        events.swapAt(index, index + random.below(events.count - index))
      }
    }
    for index in events.indices {
      unsafe buffer.initializeElement(at: index, to: events[index])
      simulation.note(.reports(events[index]), on: host)
    }
    return events.count
  }
}
