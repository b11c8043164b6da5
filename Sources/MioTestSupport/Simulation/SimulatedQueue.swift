import MioCore

/// The kernel's side of a simulated selector: what it watches, and who waits for it.
final class SimulatedQueue {
  let host: SimulatedHost
  private let boot: Int
  private(set) var entries: [SimulatedEntry] = []
  /// Whether a waker has signaled.
  private var isSignaled = false
  private var poller: SimulatedTask?
  /// Who is to be called when something happens, if it is a program that runs in steps.
  private weak let stepper: SimulatedTask?

  init(on host: SimulatedHost) {
    self.host = host
    boot = host.bootCount
    let task = SimulatedTask.current
    stepper = task?.isStepwise == true ? task : nil
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

  /// Whether a poll would return something.
  var hasEvents: Bool { isSignaled || entries.contains(where: \.hasEvent) }

  func signal() {
    isSignaled = true
    host.simulation.note(.wakes, on: host)
    wakePoller()
  }

  func wakePoller() {
    guard let poller = poller ?? stepper, poller.state == .waiting else { return }
    let simulation = host.simulation
    guard simulation.strikes(.busyProcessor) else { return poller.becomeReady() }
    let wait = poller.waitNumber
    simulation.at(simulation.now.advanced(by: .milliseconds(simulation.part(of: 5)))) {
      if poller.waitNumber == wait { poller.becomeReady() }
    }
  }
}

// MARK: - Waiting

extension SimulatedQueue {
  /// Waits until there are events, a wake, or the time is over.
  ///
  /// - Returns: How many events it wrote.
  /// - Throws: ``IOError``: `.interrupted`, and `.badDescriptor` when the simulation is over.
  func wait(
    into buffer: UnsafeMutableBufferPointer<Event>, for time: WaitTime
  ) throws(IOError) -> Int {
    let simulation = host.simulation
    let task = try simulation.enter(host, .poll)
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
      if simulation.strikes(.interruptedPoll) { throw IOError(.interrupted, operation: .poll) }
      poller = task
      simulation.suspend(task, until: deadline)
      poller = nil
      if task.takeInterruption() { throw IOError(.interrupted, operation: .poll) }
      if task.mustEnd { throw IOError(.badDescriptor, operation: .poll) }
    }
  }

  /// Takes the events that there are, as many as there is room for, in an order that the seed decides.
  private func collect(into buffer: UnsafeMutableBufferPointer<Event>) -> Int {
    var events: [Event] = []
    // Who was reported goes to the end, so that everybody has a turn.
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
    for index in events.indices {
      events.swapAt(index, index + host.simulation.choice(among: events.count - index))
      unsafe buffer.initializeElement(at: index, to: events[index])
      host.simulation.note(.reports(events[index]), on: host)
    }
    return events.count
  }
}
