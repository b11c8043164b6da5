import MioCore

/// What reading, writing and closing do to channels: as much of a kernel as the model needs.
///
/// Each function takes what became of the operation, and throws if that cannot be.
struct Kernel {
  /// What there is to tell about a file.
  enum News {
    /// Bytes or room came.
    case progress
    /// A direction, or all, came to an end.
    case end
  }

  private(set) var files: [File] = []
  /// What happened to which files since somebody looked.
  private(set) var news: [(file: Int, News)] = []

  mutating func forgetNews() {
    news.removeAll(keepingCapacity: true)
  }

  /// The number of the first of two new files.
  mutating func open(_ kind: ChannelKind) -> Int {
    let kinds: (File.Kind, File.Kind) =
      switch kind {
      case .unix, .borrowed: (.unix, .unix)
      case .pipe: (.sender, .receiver)
      case .tcp: (.tcp, .tcp)
      }
    let first = files.count
    files.append(File(kinds.0, peer: first + 1))
    files.append(File(kinds.1, peer: first))
    return first
  }

  mutating func duplicate(_ file: Int) {
    files[file].holders += 1
  }
}

// MARK: - Reading

extension Kernel {
  mutating func read(
    _ id: Int, upTo count: Int, _ outcome: Outcome
  ) throws(Disagreement) {
    if files[id].urgentPosition == 0 {
      // The byte out of band is passed over.
      files[id].urgentPosition = nil
      tellBoth(id, .progress)
    }
    let file = files[id]
    let available = min(count, file.inbound, file.urgentPosition ?? .max)
    guard available == 0 else {
      try expect(outcome, .bytes(available))
      return take(available, from: id)
    }
    if file.isReset {
      try readReset(file, outcome)
      if file.kind == .unix { files[id].isReset = false }
    } else {
      try expect(outcome, file.isFinished ? .bytes(0) : .blocked)
    }
  }

  private func readReset(_ file: File, _ outcome: Outcome) throws(Disagreement) {
    if file.kind == .tcp, [.failed(.brokenPipe), .bytes(0)].contains(outcome) { return }
    try expect(outcome, .failed(.connectionReset))
  }

  private mutating func take(_ count: Int, from id: Int) {
    let peer = files[id].peer
    files[id].inbound -= count
    if let position = files[id].urgentPosition { files[id].urgentPosition = position - count }
    files[peer].isFull = false
    tell(peer, .progress)
    if files[id].kind == .tcp { tell(id, .progress) }
  }
}

// MARK: - Writing

extension Kernel {
  mutating func write(_ id: Int, _ count: Int, _ outcome: Outcome) throws(Disagreement) {
    let file = files[id]
    let peer = files[file.peer]
    if file.kind == .tcp, file.isReset, outcome == .failed(.connectionReset) { return }
    if file.isShut || file.kind == .tcp && file.isReset {
      return try expect(outcome, .failed(.brokenPipe))
    }
    switch outcome {
    case .blocked where file.isWritable(to: peer) != .yes:
      files[id].isFull = true
      // Pipes tell their readers of a vain attempt.
      if file.kind == .sender { tell(file.peer, .progress) }
    case .bytes(let written) where written > 0 && written <= count && !isBlocked(file, by: peer):
      send(written, from: id)
    default:
      throw Disagreement("writing \(count) bytes: \(outcome), with \(peer.inbound) under way")
    }
  }

  /// The last page of a pipe that is full may still take a few bytes.
  private func isBlocked(_ file: File, by peer: File) -> Bool {
    file.kind == .unix && file.isWritable(to: peer) == .no
  }

  private mutating func send(_ count: Int, from id: Int) {
    let peer = files[id].peer
    if files[id].kind == .tcp { tell(id, .progress) }
    if files[peer].holders == 0 {
      // Nobody is there any more: the system answers with a reset.
      return cut(id)
    }
    files[peer].inbound += count
    tell(peer, .progress)
  }

  mutating func sendUrgently(_ id: Int) {
    let peer = files[id].peer
    files[peer].urgentPosition = files[peer].inbound
    tellBoth(id, .progress)
  }
}

// MARK: - Ending

extension Kernel {
  mutating func shutDown(
    _ id: Int, _ directions: ShutdownDirections, _ outcome: Outcome
  ) throws(Disagreement) {
    let file = files[id]
    if file.kind == .tcp {
      try expect(outcome, file.isHungUp ? .failed(.notConnected) : .done)
    } else {
      try expect(outcome, .done)
    }
    // Linux tells of it even if there was nothing to end.
    tellBoth(id, .end)
    if file.isReset && file.kind == .tcp { return }
    if directions != .write { endReading(id) }
    if directions != .read { endWriting(id) }
  }

  private mutating func endReading(_ id: Int) {
    files[id].isFinished = true
    files[files[id].peer].isShut = true
  }

  private mutating func endWriting(_ id: Int) {
    files[id].isShut = true
    files[files[id].peer].isFinished = true
  }

  /// Gives up one of the descriptors that stand for a file.
  mutating func close(_ id: Int, resetting: Bool = false) {
    files[id].holders -= 1
    guard files[id].holders == 0 else { return }
    let file = files[id]
    switch file.kind {
    case .unix:
      if file.inbound > 0 { files[file.peer].isReset = true }
      endReading(id)
      endWriting(id)
    case .receiver: endReading(id)
    case .sender: endWriting(id)
    case .tcp: closeTCP(id, resetting: resetting)
    }
    files[file.peer].isFull = false
    tellBoth(id, .end)
  }

  private mutating func closeTCP(_ id: Int, resetting: Bool) {
    let file = files[id]
    if file.isHungUp { return }
    if resetting || file.inbound > 0 || file.urgentPosition != nil {
      cut(file.peer)
    } else {
      files[file.peer].isFinished = true
    }
  }

  private mutating func cut(_ id: Int) {
    files[id].isReset = true
    tell(id, .end)
  }
}

// MARK: -

extension Kernel {
  private mutating func tell(_ file: Int, _ what: News) {
    news.append((file, what))
  }

  private mutating func tellBoth(_ file: Int, _ what: News) {
    tell(file, what)
    tell(files[file].peer, what)
  }
}

func expect(_ outcome: Outcome, _ expected: Outcome) throws(Disagreement) {
  if outcome != expected { throw Disagreement("\(outcome), and not \(expected)") }
}
