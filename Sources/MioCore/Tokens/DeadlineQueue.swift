/// A priority queue of deadlines, each of which belongs to a token.
///
/// A call of a poll takes one deadline. A program with many deadlines, such as a timeout for each
/// connection, keeps them in a queue. It polls until the first deadline, and then removes the
/// deadlines that are due:
///
///     deadlines[token] = poll.now.advanced(by: .seconds(30))   // sets or replaces
///     deadlines[token] = nil                                   // cancels
///
///     try poll.poll(into: &events, until: deadlines.first)
///     …
///     let now = poll.now
///     while let token = deadlines.popFirst(dueBy: now) { … }
///
/// A token has at most one deadline. Any token is valid, including that of a listener. A
/// ``TokenTable`` never reuses a token, so a deadline that was not cancelled is harmless: when it
/// is due, its token finds nothing.
///
/// Setting and cancelling take O(log `count`). Nothing is allocated while ``count`` does not exceed
/// its previous maximum or the requested capacity. The queue has no clock and no thread.
public struct DeadlineQueue: Sendable {
  /// A heap: no entry is earlier than its parent, which is at half the position of the entry.
  private var heap: ContiguousArray<Entry> = []

  /// A hash table of tokens with linear probing, whose cells contain the positions of heap entries.
  ///
  /// Less than half of the cells are occupied. The number of cells is a power of two, or zero.
  private var cells: ContiguousArray<Int> = []

  private static var vacant: Int { -1 }

  /// An odd number that peers do not know.
  private let secretFactor = UInt64(truncatingIfNeeded: Hasher().finalize()) | 1

  private struct Entry {
    let token: Token
    var deadline: Instant
    /// The cell that contains the position of the entry.
    var cell: Int
  }

  /// Creates an empty queue with capacity for at least this many deadlines.
  public init(minimumCapacity: Int = 0) {
    guard minimumCapacity > 0 else { return }
    heap.reserveCapacity(minimumCapacity)
    resize(for: minimumCapacity)
  }

  /// The number of deadlines.
  public var count: Int { heap.count }

  /// Whether there are no deadlines.
  public var isEmpty: Bool { heap.isEmpty }

  /// The earliest deadline, or ``Instant/never`` if there is none.
  ///
  /// It can be passed to ``Poll/poll(into:until:onInterrupt:)``.
  public var first: Instant { heap.first?.deadline ?? .never }

  /// The deadline of a token, or `nil` if it has none.
  ///
  /// Setting a deadline replaces the existing one. Setting `nil` cancels it.
  ///
  /// - Complexity: O(1) for reading, O(log ``count``) for setting.
  public subscript(token: Token) -> Instant? {
    get {
      position(of: token).map { heap[$0].deadline }
    }
    set {
      switch (position(of: token), newValue) {
      case (nil, nil): break
      case (nil, let deadline?): insert(token, deadline)
      case (let position?, nil): remove(at: position)
      case (let position?, let deadline?):
        var entry = heap[position]
        entry.deadline = deadline
        settle(entry, at: position)
      }
    }
  }

  /// Removes the earliest deadline if it is due, and returns its token.
  ///
  /// The order of equal deadlines is not defined.
  ///
  /// - Returns: The token, or `nil` if no deadline is due at `now`.
  /// - Complexity: O(log ``count``).
  public mutating func popFirst(dueBy now: Instant) -> Token? {
    guard let entry = heap.first, entry.deadline <= now else { return nil }
    remove(at: 0)
    return entry.token
  }

  /// Cancels all deadlines, and keeps the memory.
  public mutating func removeAll() {
    for entry in heap { cells[entry.cell] = Self.vacant }
    heap.removeAll(keepingCapacity: true)
  }
}

// MARK: - The heap

extension DeadlineQueue {
  private mutating func insert(_ token: Token, _ deadline: Instant) {
    if 2 * (heap.count + 1) >= cells.count { resize(for: 2 * (heap.count + 1)) }
    let entry = Entry(token: token, deadline: deadline, cell: vacantCell(for: token))
    heap.append(entry)
    settle(entry, at: heap.count - 1)
  }

  private mutating func remove(at position: Int) {
    vacate(heap[position].cell)
    let last = heap.removeLast()
    if position < heap.count { settle(last, at: position) }
  }

  /// Replaces the entry at a position, and moves the new entry to its place in the heap.
  private mutating func settle(_ entry: Entry, at position: Int) {
    var position = position
    while position > 0, entry.deadline < heap[(position - 1) / 2].deadline {
      put(heap[(position - 1) / 2], at: position)
      position = (position - 1) / 2
    }
    while let child = firstChild(of: position), heap[child].deadline < entry.deadline {
      put(heap[child], at: position)
      position = child
    }
    put(entry, at: position)
  }

  private mutating func put(_ entry: Entry, at position: Int) {
    heap[position] = entry
    cells[entry.cell] = position
  }

  /// The position of the earlier child.
  private func firstChild(of position: Int) -> Int? {
    let left = 2 * position + 1
    guard left < heap.count else { return nil }
    let right = left + 1
    return right < heap.count && heap[right].deadline < heap[left].deadline ? right : left
  }
}

// MARK: - The hash table

extension DeadlineQueue {
  private func position(of token: Token) -> Int? {
    guard !heap.isEmpty else { return nil }
    var cell = home(of: token)
    while cells[cell] != Self.vacant {
      if heap[cells[cell]].token == token { return cells[cell] }
      cell = next(after: cell)
    }
    return nil
  }

  private func vacantCell(for token: Token) -> Int {
    var cell = home(of: token)
    while cells[cell] != Self.vacant { cell = next(after: cell) }
    return cell
  }

  /// Empties a cell, and moves the cells behind it that a search would otherwise not find.
  private mutating func vacate(_ cell: Int) {
    var hole = cell
    var probe = next(after: hole)
    while cells[probe] != Self.vacant {
      let home = home(of: heap[cells[probe]].token)
      if distance(from: home, to: probe) >= distance(from: hole, to: probe) {
        cells[hole] = cells[probe]
        heap[cells[hole]].cell = hole
        hole = probe
      }
      probe = next(after: probe)
    }
    cells[hole] = Self.vacant
  }

  /// Reserves cells for this many deadlines.
  private mutating func resize(for count: Int) {
    var cellCount = 16
    while cellCount <= 2 * count { cellCount *= 2 }
    cells = ContiguousArray(repeating: Self.vacant, count: cellCount)
    for position in heap.indices {
      heap[position].cell = vacantCell(for: heap[position].token)
      put(heap[position], at: position)
    }
  }

  /// The cell at which a search for a token begins.
  ///
  /// Peers influence the tokens of a server. The secret factor keeps them from choosing tokens that
  /// begin at the same cell. The first factor, 2⁶⁴ divided by the golden ratio, spreads slots,
  /// generations and pointers over all bits. The upper bits choose the cell.
  private func home(of token: Token) -> Int {
    let spread = UInt64(token.rawValue) &* 0x9E37_79B9_7F4A_7C15
    let hash = (spread ^ spread >> 32) &* secretFactor
    return Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(cells.count)).high)
  }

  private func next(after cell: Int) -> Int { (cell + 1) & (cells.count - 1) }

  private func distance(from first: Int, to second: Int) -> Int {
    (second - first) & (cells.count - 1)
  }
}
