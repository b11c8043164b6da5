import CMioEpoll

/// An open file of an ``EpollKernel``: a queue, an eventfd, or a source that a scenario makes
/// ready.
final class EpollFile {
  enum Kind { case queue, counter, source }

  let kind: Kind
  /// The number of descriptors of the file.
  var handles = 1
  /// The count of an eventfd.
  var count: UInt64 = 0
  /// Whether a source is readable.
  var isReadable = false
  /// The entries of queues that watch the file.
  var watches: [EpollWatch] = []
  // The state of a queue.
  var watched: [EpollWatch] = []
  private var ready: [EpollWatch] = []

  init(_ kind: Kind) {
    self.kind = kind
  }

  var readiness: UInt32 {
    let isReady =
      switch kind {
      case .queue: hasReady
      case .counter: count > 0
      case .source: isReadable
      }
    return isReady ? C_MIO_EPOLLIN : 0
  }

  /// Whether a wait on the queue would return a record.
  var hasReady: Bool { ready.contains { $0.found != 0 } }

  /// Applies an occurrence on the file: its watchers look again.
  func touch() {
    for watch in watches where watch.found != 0 { watch.enqueue() }
  }

  func end() {
    for watch in watches + watched { watch.end() }
  }

  func append(_ watch: EpollWatch) {
    ready.append(watch)
    touch()
  }

  func remove(_ watch: EpollWatch) {
    watched.removeAll { $0 === watch }
    ready.removeAll { $0 === watch }
  }

  /// Takes the ready entries; level-triggered ones stay, behind all others.
  func take(_ records: UnsafeMutablePointer<c_mio_epoll_event>, capacity: Int) -> Int {
    var count = 0
    var levels: [EpollWatch] = []
    while count < capacity, !ready.isEmpty {
      let watch = ready.removeFirst()
      watch.isQueued = false
      let found = watch.found
      if found == 0 { continue }
      records[count] = c_mio_epoll_event(events: found, data: watch.data)
      count += 1
      if watch.isReported() { levels.append(watch) }
    }
    for watch in levels {
      watch.isQueued = true
      ready.append(watch)
    }
    return count
  }
}

/// An entry of a queue.
final class EpollWatch {
  private unowned let queue: EpollFile
  unowned let file: EpollFile
  let descriptor: Int32
  private var events: UInt32
  private(set) var data: UInt64
  var isQueued = false
  private var isDisarmed = false

  init(
    _ queue: EpollFile, _ file: EpollFile, _ descriptor: Int32, _ events: UInt32, _ data: UInt64
  ) {
    self.queue = queue
    self.file = file
    self.descriptor = descriptor
    self.events = events
    self.data = data
  }

  var found: UInt32 { isDisarmed ? 0 : file.readiness & events }

  func begin() {
    queue.watched.append(self)
    file.watches.append(self)
    if found != 0 { enqueue() }
  }

  func change(_ events: UInt32, _ data: UInt64) {
    self.events = events
    self.data = data
    isDisarmed = false
    if found != 0 { enqueue() }
  }

  func enqueue() {
    if isQueued { return }
    isQueued = true
    queue.append(self)
  }

  func end() {
    queue.remove(self)
    file.watches.removeAll { $0 === self }
  }

  /// Returns whether the entry must be looked at again.
  func isReported() -> Bool {
    if events & C_MIO_EPOLLONESHOT != 0 { isDisarmed = true }
    return events & (C_MIO_EPOLLONESHOT | C_MIO_EPOLLET) == 0
  }
}
