import MioCore

/// What a file of a simulation or of a mock is ready for.
struct StandIn {
  private let readiness: Event.Readiness
  private let hasInput: Bool

  init(_ file: SimulatedFile) {
    readiness = file.readiness
    hasInput = file.hasInput
  }

  /// A mock's file; `nil` if the descriptor stands for something else.
  init?(mocked descriptor: Descriptor) {
    let found = mockMonitor.withLock {
      MockFile.find(descriptor).map { ($0.readiness, $0.hasInput) }
    }
    guard let found else { return nil }
    (readiness, hasInput) = found
  }

  /// Whether a program could go on in this direction; `nil` if the direction has come to its end.
  func isReady(_ direction: Direction) -> Bool? {
    if direction == .readable { return hasInput }
    if !readiness.isDisjoint(with: [.error, .hangUp, .writeClosed]) { return nil }
    return readiness.contains(.writable)
  }
}
