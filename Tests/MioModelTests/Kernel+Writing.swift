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
      // A pipe also notifies its reader when a write would have blocked.
      if file.kind == .sender { tell(file.peer, .progress) }
    case .bytes(let written) where written > 0 && written <= count && !isBlocked(file, by: peer):
      send(written, from: id)
    default:
      throw Disagreement("writing \(count) bytes: \(outcome), with \(peer.inbound) under way")
    }
  }

  /// Returns whether a write must block.
  ///
  /// A full pipe may still take a few bytes into its last page, so the answer for a pipe is
  /// `false`.
  private func isBlocked(_ file: File, by peer: File) -> Bool {
    file.kind == .unix && file.isWritable(to: peer) == .no
  }

  private mutating func send(_ count: Int, from id: Int) {
    let peer = files[id].peer
    if files[id].kind == .tcp { tell(id, .progress) }
    if files[peer].holders == 0 {
      // The peer is closed, so its system answers with a reset.
      return cut(id)
    }
    files[peer].inbound += count
    tell(peer, .progress)
    tell(peer, .arrival)
  }

  /// Writes a byte with a descriptor.
  mutating func sendDescriptor(_ id: Int, _ outcome: Outcome) throws(Disagreement) {
    let peer = files[id].peer
    let position = files[peer].inbound
    try write(id, 1, outcome)
    if files[peer].inbound > position { files[peer].descriptors.append(position) }
  }
}
