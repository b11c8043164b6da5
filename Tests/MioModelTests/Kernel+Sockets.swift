import MioCore

// Sockets without a peer, and the way in which TCP sockets are connected.
extension Kernel {
  mutating func openSocket(_ kind: SocketKind) -> Int {
    let id = files.count
    files.append(File(kind == .tcp ? .socket : .unheard, peer: id))
    return id
  }

  mutating func listen(_ id: Int) {
    files[id].kind = .listener
  }

  mutating func connect(_ id: Int, to listener: Int) {
    let server = files.count
    files.append(File(.tcp, peer: id))
    files[id].kind = .tcp
    files[id].peer = server
    files[listener].backlog.append(server)
    for file in [id, listener] {
      tell(file, .progress)
      tell(file, .arrival)
    }
  }

  mutating func refuse(_ id: Int) {
    files[id].kind = .tcp
    files[id].isRefused = true
    tell(id, .progress)
    tell(id, .arrival)
    cut(id)
  }

  /// The first query returns the error of the connect.
  ///
  /// After that, and after the end of both directions, there is no connection.
  func finishConnect(_ id: Int, _ outcome: Outcome) throws(Disagreement) {
    let file = files[id]
    if file.isReset, [file.resetError, .failed(.brokenPipe)].contains(outcome) { return }
    try expect(outcome, file.isHungUp ? .failed(.notConnected) : .done)
  }

  /// Takes the connection that has waited longest.
  mutating func accept(_ id: Int) -> Int? {
    files[id].backlog.isEmpty ? nil : files[id].backlog.removeFirst()
  }
}

// MARK: - Errors

extension Kernel {
  /// Sends to a port without a socket, which causes an error.
  ///
  /// A pending error is returned instead.
  mutating func sendUnheard(_ id: Int, _ count: Int, _ outcome: Outcome) throws(Disagreement) {
    if takesError(id, outcome) { return try expect(outcome, .failed(.connectionRefused)) }
    try expect(outcome, .bytes(count))
    files[id].hasError = true
    for news in [.progress, .arrival, .end] as [News] { tell(id, news) }
  }

  mutating func receiveUnheard(_ id: Int, _ outcome: Outcome) throws(Disagreement) {
    try expect(outcome, takesError(id, outcome) ? .failed(.connectionRefused) : .blocked)
  }

  /// Returns whether the operation takes the pending error, which is not pending after that.
  private mutating func takesError(_ id: Int, _ outcome: Outcome) -> Bool {
    let isTaken = files[id].isErrorDoubtful && outcome != .failed(.connectionRefused)
    defer { files[id].forgetError() }
    return files[id].hasError && !isTaken
  }

  mutating func takeError(_ id: Int, _ outcome: Outcome) throws(Disagreement) {
    let file = files[id]
    switch file.kind {
    case .unheard:
      try expect(outcome, takesError(id, outcome) ? .failed(.connectionRefused) : .done)
    case .tcp where file.isReset:
      // If the peer had finished before the reset, TCP returns `EPIPE`. TCP returns the error once.
      if ![.done, .failed(.brokenPipe)].contains(outcome) {
        try expect(outcome, file.resetError)
      }
    case .unix where file.isReset:
      if !(file.isErrorDoubtful && outcome == .done) {
        try expect(outcome, .failed(.connectionReset))
      }
      files[id].isReset = false
    default: try expect(outcome, .done)
    }
  }
}
