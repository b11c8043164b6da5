import MioCore

extension Kernel {
  mutating func write(_ id: Int, _ count: Int, _ outcome: Outcome) throws(Disagreement) {
    let file = files[id]
    let peer = files[file.peer]
    if file.kind == .tcp, file.isReset, outcome == file.resetError { return }
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
    tell(peer, .arrival)
  }

  /// Writes a byte that brings a descriptor along.
  mutating func sendDescriptor(_ id: Int, _ outcome: Outcome) throws(Disagreement) {
    let peer = files[id].peer
    let position = files[peer].inbound
    try write(id, 1, outcome)
    if files[peer].inbound > position { files[peer].descriptors.append(position) }
  }
}
