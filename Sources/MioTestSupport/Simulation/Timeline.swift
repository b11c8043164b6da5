import MioCore

/// What is to happen, in the order of its time.
///
/// What happens at one time happens in the order in which it was arranged.
struct Timeline {
  private struct Item {
    let time: Instant
    let number: UInt64
    let action: () -> Void

    func comes(before other: Item) -> Bool {
      (time, number) < (other.time, other.number)
    }
  }

  // A heap: no item comes before the one at half its position.
  private var items: [Item] = []
  private var lastNumber: UInt64 = 0

  var nextTime: Instant? { items.first?.time }

  mutating func arrange(at time: Instant, _ action: @escaping () -> Void) {
    lastNumber += 1
    items.append(Item(time: time, number: lastNumber, action: action))
    var position = items.count - 1
    while position > 0, items[position].comes(before: items[(position - 1) / 2]) {
      items.swapAt(position, (position - 1) / 2)
      position = (position - 1) / 2
    }
  }

  /// Takes what comes first.
  mutating func next() -> (() -> Void)? {
    guard let first = items.first else { return nil }
    let last = items.removeLast()
    if !items.isEmpty {
      items[0] = last
      sink()
    }
    return first.action
  }

  private mutating func sink() {
    var position = 0
    while true {
      var least = position
      for child in [2 * position + 1, 2 * position + 2]
      where child < items.count && items[child].comes(before: items[least]) {
        least = child
      }
      if least == position { return }
      items.swapAt(position, least)
      position = least
    }
  }

  mutating func removeAll() { items.removeAll() }
}
