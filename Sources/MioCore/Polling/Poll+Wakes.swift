extension Poll where S: ~Copyable {
  /// Waits once for a poll that has wakers, or that other code watches.
  ///
  /// Sources and wakes share the buffer. Wakes that found no space in one poll go first in the
  /// next. At capacity 1 the two alternate, so neither starves.
  @inlinable
  @inline(never)
  mutating func collectWithWakes(
    into room: UnsafeMutableBufferPointer<S.RawEvent>, for time: WaitTime
  ) throws(IOError) -> Int {
    registration.operationWillBegin(.readable)
    let notifier = registry.selector.wakeNotifier
    let reserved = inbox.goesFirst ? min(inbox.count, room.count) : 0
    var found = 0
    var mayHideMore = false
    if reserved < room.count {
      let mayWait = time != .none && inbox.count == 0 && notifier.prepareToWait()
      let rest = unsafe UnsafeMutableBufferPointer(
        start: room.baseAddress, count: room.count - reserved)
      notifier.waitWillBegin()
      do throws(IOError) {
        found = unsafe try registry.selector.wait(into: rest, for: mayWait ? time : .none)
      } catch {
        notifier.finishWaiting()
        throw error
      }
      let written = found
      found = unsafe registry.selector.removeWakeRecords(from: rest, count: written)
      mayHideMore = found == 0 && written == rest.count
    }
    let total = unsafe deliverWakes(to: room, after: found)
    inbox.goesFirst = inbox.count > 0 && reserved == 0
    // The record of a signal filled the buffer, and its wake was already reported. The system may
    // have more records, of ready sources.
    if total == 0 && mayHideMore { return unsafe try collectWithWakes(into: room, for: .none) }
    if total < room.count { registration.wouldBlock(.readable) }
    return total
  }

  /// Appends pending wakes to the first `found` records, as many as fit.
  @inlinable
  @inline(never)
  mutating func deliverWakes(
    to room: UnsafeMutableBufferPointer<S.RawEvent>, after found: Int
  ) -> Int {
    let notifier = registry.selector.wakeNotifier
    notifier.finishWaiting()
    inbox.collect(from: notifier)
    var total = found
    while total < room.count, let token = inbox.next() {
      unsafe room.initializeElement(
        at: total, to: S.record(Event(token: token, readiness: .readable)))
      total += 1
    }
    if inbox.count > 0 { notifier.announceCarriedOver() }
    return total
  }
}
