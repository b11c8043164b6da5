import MioCore

// Urgent data.
extension Kernel {
  mutating func sendUrgently(_ id: Int) {
    let peer = files[id].peer
    files[peer].urgentPosition = files[peer].inbound
    files[peer].isUrgentTaken = false
    tellBoth(id, .progress)
    tell(peer, .arrival)
  }

  mutating func receiveUrgently(_ id: Int, _ outcome: Outcome) throws(Disagreement) {
    let isThere = files[id].hasPriority == .yes
    try expect(outcome, isThere ? .bytes(1) : .failed(.invalidArgument))
    if isThere { files[id].isUrgentTaken = true }
  }

  mutating func passUrgentByte(_ id: Int) {
    files[id].urgentPosition = nil
    files[id].isUrgentTaken = false
  }
}
