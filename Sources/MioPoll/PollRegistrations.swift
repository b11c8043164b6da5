import CMioPoll

/// The sources that are watched, each at a position that it keeps until it is removed.
///
/// So an answer of the system finds its source, whatever other threads have added and removed meanwhile.
struct PollRegistrations {
  /// `nil` at positions that are free.
  private var places: [PollRegistration?] = []
  private var freePositions: [Int] = []
  private var positions: [Int32: Int] = [:]

  /// How many positions there are, free ones included.
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

  /// Gives all sources new positions without free ones between them, if most are free.
  ///
  /// A poll costs time for each position. Must not be called while the system is asked.
  mutating func removeHoles() {
    guard freePositions.count > 64, freePositions.count > places.count / 2 else { return }
    let registrations = places.compactMap { $0 }
    places.removeAll(keepingCapacity: true)
    freePositions.removeAll(keepingCapacity: true)
    for registration in registrations { insert(registration) }
  }
}
