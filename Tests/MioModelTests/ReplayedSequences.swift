import MioCore
import Testing

/// A sequence that disagreed with the model once.
struct ReplayedSequence: Sendable {
  let name: String
  let operations: [Operation]
}

extension ReplayedSequence: CustomTestStringConvertible {
  var testDescription: String { name }
}

enum ReplayedSequences {
  static let all = [
    ReplayedSequence(
      name: "a full stream hangs up before its peer makes room",
      operations: [
        .open(.unix, 0, 1),
        .fill(0),
        .shutdown(0, .both),
        .register(0, [.readable, .writable], .edge, by: 0),
        .poll(0, capacity: 64),
        .drain(1),
        .poll(0, capacity: 64),
      ]),
    ReplayedSequence(
      name: "the signal of a wake comes after the wake",
      operations: [
        .open(.unix, 0, 1),
        .makeWaker(0, by: 0),
        .register(0, [.readable, .writable], .level, by: 0),
        .wake(0),
        .poll(0, capacity: 1),
        .poll(0, capacity: 1),
        .poll(0, capacity: 1),
      ]),
  ]
}
