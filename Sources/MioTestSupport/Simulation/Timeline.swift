import MioCore

/// The scheduled actions in the order of their times.
///
/// Actions with the same time run in the order in which they were scheduled.
struct Timeline {
  private struct Item {
    let time: Instant
    let number: UInt64
    let action: () -> Void

    func comes(before other: Item) -> Bool {
      (time, number) < (other.time, other.number)
    }
  }

  // The array is a heap: no item comes before its parent, which is at half its position.
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

  /// Takes the first action.
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
