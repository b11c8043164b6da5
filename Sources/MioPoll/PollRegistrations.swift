import CMioPoll

/// The registered sources, each at a position that it keeps until it is removed.
///
/// So a result of the system finds its source, even if other threads have added and removed
/// sources.
struct PollRegistrations {
  /// The registration at each position, or `nil` at a free position.
  private var places: [PollRegistration?] = []
  private var freePositions: [Int] = []
  private var positions: [Int32: Int] = [:]

  /// The number of positions, including free positions.
  var positionCount: Int { places.count }

  func position(of descriptor: Int32) -> Int? { positions[descriptor] }

  subscript(position: Int) -> PollRegistration? {
    _read { yield places[position] }
    _modify { yield &places[position] }
  }

  mutating func insert(_ registration: PollRegistration) {
    let position = freePositions.popLast() ?? places.count
    if position == places.count { places.append(nil) }
    registration.record.position = position
    positions[registration.descriptor] = position
    places[position] = registration
  }

  mutating func remove(at position: Int) {
    guard let registration = places[position] else { return }
    registration.record.position = nil
    positions[registration.descriptor] = nil
    places[position] = nil
    freePositions.append(position)
  }

  /// Moves all sources to new positions without free positions between them, if most are free.
  ///
  /// A poll takes time for each position. This function must not be called during the system call.
  mutating func removeHoles() {
    guard freePositions.count > 64, freePositions.count > places.count / 2 else { return }
    let registrations = places.compactMap { $0 }
    places.removeAll(keepingCapacity: true)
    freePositions.removeAll(keepingCapacity: true)
    for registration in registrations { insert(registration) }
  }
}
