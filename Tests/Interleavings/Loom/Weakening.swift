/// A place in the sources where an atomic is used.
public struct AtomicPlace: Hashable, Sendable {
  let file: String
  let line: UInt32
}

extension AtomicPlace: CustomStringConvertible {
  /// The file and the line.
  public var description: String { "\(file):\(line)" }
}

// The functions that weaken one ordering at a time, to find out whether it is needed.
extension Loom {
  /// The place whose ordering counts as relaxed; line 0 stands for none.
  nonisolated(unsafe) static var weakened = AtomicPlace(file: "", line: 0)

  /// The places with stronger orderings than relaxed that the executions have reached.
  ///
  /// The value is `nil` unless the places are being collected.
  nonisolated(unsafe) static var orderedPlaces: Set<AtomicPlace>?

  /// Runs a closure while the ordering at a place counts as relaxed.
  public static func weakening<Result>(_ place: AtomicPlace, _ body: () -> Result) -> Result {
    weakened = place
    defer { weakened = AtomicPlace(file: "", line: 0) }
    return body()
  }

  /// Runs a closure, and returns the places where it uses stronger orderings than relaxed.
  public static func collectingOrderedPlaces(_ body: () -> Void) -> [AtomicPlace] {
    orderedPlaces = []
    body()
    defer { orderedPlaces = nil }
    return (orderedPlaces ?? []).sorted { ($0.file, $0.line) < ($1.file, $1.line) }
  }

  /// Returns the effective order of an operation at a place.
  static func order(_ order: MemoryOrder, _ file: StaticString, _ line: UInt32) -> MemoryOrder {
    if line == weakened.line, file.description == weakened.file { return MemoryOrder() }
    if orderedPlaces != nil, order.acquires || order.releases {
      orderedPlaces?.insert(AtomicPlace(file: file.description, line: line))
    }
    return order
  }
}
