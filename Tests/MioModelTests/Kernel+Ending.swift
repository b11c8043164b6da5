import MioCore

extension Kernel {
  mutating func shutDown(
    _ id: Int, _ directions: ShutdownDirections, _ outcome: Outcome
  ) throws(Disagreement) {
    let file = files[id]
    if file.kind == .tcp {
      try expect(outcome, file.isHungUp ? .failed(.notConnected) : .done)
    } else if knowledge.isComplete || outcome != .failed(.notConnected) {
      // On other systems this may fail after the peer has closed, because nothing is left to end.
      try expect(outcome, .done)
    }
    // Linux reports a shutdown even if both directions had already ended.
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
    if !files[files[id].peer].isLasting { files[files[id].peer].isFinished = true }
  }

  /// Closes one of the descriptors of a file.
  mutating func close(_ id: Int, resetting: Bool = false) {
    files[id].holders -= 1
    guard files[id].holders == 0 else {
      // A FIFO can have several writers. In a kernel each writer is a file, and the kernel reports
      // the end of each.
      return tellBoth(id, .progress)
    }
    let file = files[id]
    switch file.kind {
    case .unix:
      if file.inbound > 0 && knowledge.unreadResets { files[file.peer].isReset = true }
      endReading(id)
      endWriting(id)
    case .receiver: endReading(id)
    case .sender: endWriting(id)
    case .tcp: closeTCP(id, resetting: resetting)
    case .listener: closeListener(id)
    case .socket, .unheard: break
    }
    files[file.peer].isFull = false
    tellBoth(id, .end)
  }

  private mutating func closeListener(_ id: Int) {
    for connection in files[id].backlog {
      files[connection].holders = 0
      closeTCP(connection, resetting: true)
    }
    files[id].backlog = []
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

  mutating func cut(_ id: Int) {
    files[id].isReset = true
    tell(id, .end)
  }
}
