import MioCore

/// The readiness of a simulated file or of a mock's file.
struct StandIn {
  private let readiness: Event.Readiness
  private let hasInput: Bool

  init(_ file: SimulatedFile) {
    readiness = file.readiness
    hasInput = file.hasInput
  }

  /// Creates the readiness of a mock's file.
  ///
  /// The result is `nil` if the descriptor belongs to no mock.
  init?(mocked descriptor: Descriptor) {
    guard let file = MockDescriptors.file(of: descriptor) else { return nil }
    (readiness, hasInput) = file.link.withLock { (file.readiness, file.hasInput) }
  }

  /// Whether a program could continue in this direction, or `nil` if the direction has ended.
  func isReady(_ direction: Direction) -> Bool? {
    if direction == .readable { return hasInput }
    if !readiness.isDisjoint(with: [.error, .hangUp, .writeClosed]) { return nil }
    return readiness.contains(.writable)
  }
}
