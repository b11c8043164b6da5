/// A place in the sources that uses an atomic.
public struct AtomicPlace: Hashable, Sendable {
  let file: String
  let line: UInt32
}

extension AtomicPlace: CustomStringConvertible {
  /// The file and the line.
  public var description: String { "\(file):\(line)" }
}

// To find out whether the sources need an ordering, the exploration removes it.
extension Loom {
  /// The place whose ordering counts as relaxed; line 0 stands for none.
  nonisolated(unsafe) static var weakened = AtomicPlace(file: "", line: 0)

  /// Where orderings stronger than relaxed are used, as far as executions have come by; `nil` while nobody
  /// asks.
  nonisolated(unsafe) static var orderedPlaces: Set<AtomicPlace>?

  /// Runs a body while the ordering at a place counts as relaxed.
  public static func weakening<Result>(_ place: AtomicPlace, _ body: () -> Result) -> Result {
    weakened = place
    defer { weakened = AtomicPlace(file: "", line: 0) }
    return body()
  }

  /// Runs a body, and returns where it uses orderings stronger than relaxed.
  public static func collectingOrderedPlaces(_ body: () -> Void) -> [AtomicPlace] {
    orderedPlaces = []
    body()
    defer { orderedPlaces = nil }
    return (orderedPlaces ?? []).sorted { ($0.file, $0.line) < ($1.file, $1.line) }
  }

  /// The order that an operation at a place has.
  static func order(_ order: MemoryOrder, _ file: StaticString, _ line: UInt32) -> MemoryOrder {
    if line == weakened.line, file.description == weakened.file { return MemoryOrder() }
    if orderedPlaces != nil, order.acquires || order.releases {
      orderedPlaces?.insert(AtomicPlace(file: file.description, line: line))
    }
    return order
  }
}
