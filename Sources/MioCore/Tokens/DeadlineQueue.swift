/// The deadlines of a program, each under a token, and which of them comes first.
///
/// A poll knows one deadline, that of the call. A program with many, such as a timeout for each connection, keeps
/// them here, polls until the first, and then takes out those that have come:
///
///     deadlines[token] = poll.now.advanced(by: .seconds(30))   // sets or replaces
///     deadlines[token] = nil                                   // cancels
///
///     try poll.poll(into: &events, until: deadlines.first)
///     …
///     let now = poll.now
///     while let token = deadlines.popFirst(dueBy: now) { … }
///
/// A token has one deadline at most. Any token will do, also that of a listener. Tokens of a ``TokenTable`` are
/// never used again, so a deadline that is left behind is harmless: its token finds nothing when it comes.
///
/// Setting and cancelling take O(log `count`). Nothing is allocated while ``count`` stays within the most there
/// ever were, or within the capacity that was asked for. There is no clock, and no thread.
public struct DeadlineQueue: Sendable {
  /// A heap: no entry comes before its parent, which is at half its position.
  private var heap: ContiguousArray<Entry> = []

  /// A hash table of tokens, with linear probing: a cell holds the position of an entry in the heap.
  ///
  /// Less than half of the cells are taken. Their count is a power of two, or zero.
  private var cells: ContiguousArray<Int> = []

  private static var vacant: Int { -1 }

  private struct Entry {
    let token: Token
    var deadline: Instant
    /// Which cell holds the entry's position.
    var cell: Int
  }

  /// Creates an empty queue with room for at least this many deadlines.
  public init(minimumCapacity: Int = 0) {
    guard minimumCapacity > 0 else { return }
    heap.reserveCapacity(minimumCapacity)
    resize(for: minimumCapacity)
  }

  /// How many deadlines there are.
  public var count: Int { heap.count }

  /// Whether there is no deadline.
  public var isEmpty: Bool { heap.isEmpty }

  /// The deadline that comes first, ``Instant/never`` if there is none.
  ///
  /// It has the form that ``Poll/poll(into:until:onInterrupt:)`` takes.
  public var first: Instant { heap.first?.deadline ?? .never }

  /// The deadline of a token, `nil` if it has none.
  ///
  /// Setting it replaces the one that there is; setting `nil` cancels it.
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

  /// Takes out the token whose deadline comes first, if that has come.
  ///
  /// Of equal deadlines any may come first.
  ///
  /// - Returns: The token; `nil` if no deadline has come by `now`.
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

  /// Puts an entry where it belongs, in place of the one at a position.
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

  /// The child that comes first.
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

  /// Empties a cell, and moves those behind it that a search would no longer find.
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

  /// Makes room for so many deadlines.
  private mutating func resize(for count: Int) {
    var cellCount = 16
    while cellCount <= 2 * count { cellCount *= 2 }
    cells = ContiguousArray(repeating: Self.vacant, count: cellCount)
    for position in heap.indices {
      heap[position].cell = vacantCell(for: heap[position].token)
      put(heap[position], at: position)
    }
  }

  /// Where a search for a token begins.
  ///
  /// The factor is 2⁶⁴ divided by the golden ratio. It spreads slots, generations and pointers alike into the
  /// upper bits.
  private func home(of token: Token) -> Int {
    let hash = UInt64(token.rawValue) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash >> 32) & (cells.count - 1)
  }

  private func next(after cell: Int) -> Int { (cell + 1) & (cells.count - 1) }

  private func distance(from first: Int, to second: Int) -> Int {
    (second - first) & (cells.count - 1)
  }
}
