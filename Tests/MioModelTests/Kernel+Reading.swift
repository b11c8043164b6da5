import MioCore

extension Kernel {
  mutating func read(
    _ id: Int, upTo count: Int, _ outcome: Outcome
  ) throws(Disagreement) {
    if count == 0 { return try expectNothingRead(files[id], outcome) }
    if files[id].urgentPosition == 0 {
      // A read skips the urgent byte.
      passUrgentByte(id)
      tellBoth(id, .progress)
    }
    let file = files[id]
    let available = available(file, upTo: count)
    guard available == 0 else {
      let count = isTransferShort(outcome, of: available) ? outcome.count : available
      try expect(outcome, .bytes(count))
      return take(count, from: id)
    }
    if file.isReset {
      try readReset(file, outcome)
      if file.kind == .unix { files[id].isReset = false }
    } else {
      try expect(outcome, file.isFinished ? .bytes(0) : .blocked)
    }
  }

  private func isTransferShort(_ outcome: Outcome, of count: Int) -> Bool {
    transfersMayBeShort && (1..<count).contains(outcome.count)
  }

  /// Returns the number of bytes that one call reads.
  ///
  /// It stops before an urgent byte, and after a byte with a descriptor.
  private func available(_ file: File, upTo count: Int) -> Int {
    min(
      count, file.inbound, file.urgentPosition ?? .max,
      file.descriptors.first.map { $0 + 1 } ?? .max)
  }

  /// Reads, and takes the descriptors that arrive with the bytes.
  mutating func readDescriptors(
    _ id: Int, upTo count: Int, _ outcome: Outcome
  ) throws(Disagreement) {
    guard case .received(let bytes, let descriptors) = outcome else {
      return try read(id, upTo: count, outcome)
    }
    let isThere = bytes > 0 && files[id].descriptors.first == bytes - 1
    try read(id, upTo: count, .bytes(bytes))
    if descriptors != (isThere ? 1 : 0) {
      throw Disagreement("\(descriptors) descriptors, with \(isThere ? "one" : "none") under way")
    }
  }

  /// Checks a read into an empty buffer, which takes nothing.
  ///
  /// TCP returns what a read into a buffer with space would return, unless that is a number of
  /// bytes.
  private func expectNothingRead(_ file: File, _ outcome: Outcome) throws(Disagreement) {
    if file.kind == .tcp, outcome != .bytes(0) {
      if file.isReset { return try readReset(file, outcome) }
      try expect(
        outcome, file.isReadable == .no && file.urgentPosition == nil ? .blocked : .bytes(0))
    } else {
      try expect(outcome, .bytes(0))
    }
  }

  private func readReset(_ file: File, _ outcome: Outcome) throws(Disagreement) {
    if file.kind == .tcp, [.failed(.brokenPipe), .bytes(0)].contains(outcome) { return }
    if file.isErrorDoubtful, outcome == .bytes(0) { return }
    try expect(outcome, file.resetError)
  }

  private mutating func take(_ count: Int, from id: Int) {
    let peer = files[id].peer
    files[id].inbound -= count
    if let position = files[id].urgentPosition { files[id].urgentPosition = position - count }
    if files[id].descriptors.first.map({ $0 < count }) == true {
      files[id].descriptors.removeFirst()
    }
    for index in files[id].descriptors.indices { files[id].descriptors[index] -= count }
    files[peer].isFull = false
    tell(peer, .progress)
    if files[id].kind == .tcp || files[id].isLasting { tell(id, .progress) }
  }
}
