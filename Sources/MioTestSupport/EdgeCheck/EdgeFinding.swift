public import MioCore

/// A mistake that an ``EdgeCheck`` found in a program.
public struct EdgeFinding: Sendable {
  /// Mistakes that programs make with registrations and edges.
  public enum Mistake: Sendable, Hashable {
    /// Nothing happens any more, and there is something to read that no event tells of: the program has not
    /// read until reading would block.
    case undrainedEdge
    /// Nothing happens any more, and an operation that would block could go on: the source is not registered
    /// for its direction.
    case unwatchedDirection
    /// A registration is replaced by the same again and again, without an event and without an operation.
    case repeatedRegistration
    /// An event is reported again and again, and the program does nothing about it.
    case ignoredEvent
    /// A source is gone, or its poll is, and its registration is not.
    case leakedRegistration
  }

  /// What the program does wrong.
  public let mistake: Mistake

  /// The token that the source is, or was, registered with.
  public let token: Token

  /// The direction that it is about; `nil` for registrations.
  public let direction: Direction?

  /// The source's descriptor.
  public let descriptor: Descriptor

  /// The simulated host on which the program runs; `nil` outside of simulations.
  public let host: String?

  /// The last that happened to the source, oldest first.
  public let steps: [EdgeStep]

  /// The number of the source.
  let source: Int

  /// Whether both say the same of the same source.
  func isAbout(_ other: EdgeFinding) -> Bool {
    mistake == other.mistake && source == other.source && token == other.token
      && direction == other.direction
  }
}

/// Something that happened to a source, as an ``EdgeCheck`` heard of it.
public struct EdgeStep: Sendable, Hashable {
  /// What happened.
  public enum Action: Sendable, Hashable {
    /// It was registered, or registered anew.
    case registers(Token, Interest, TriggerMode)
    /// It was deregistered.
    case deregisters
    /// The program was told an event.
    case isTold(Event)
    /// An operation began; to accept is to read, and to connect is to write.
    ///
    /// Heard of in debug builds.
    case operates(Direction)
    /// The operation would have blocked.
    case blocks(Direction)
    /// The source went.
    case ends
  }

  /// What happened.
  public let action: Action

  /// How often in a row.
  public internal(set) var count = 1
}

// MARK: - Texts

extension EdgeFinding: CustomStringConvertible {
  /// What is wrong, with which source, and the last that happened to it.
  public var description: String {
    let place = host.map { " on \($0)" } ?? ""
    let head = "\(token), \(descriptor.sourceName)\(place): \(mistake.text(direction))"
    return ([head] + steps.map { "  \($0)" }).joined(separator: "\n")
  }
}

extension EdgeFinding.Mistake {
  fileprivate func text(_ direction: Direction?) -> String {
    let verb = direction == .writable ? "write" : "read"
    return switch self {
    case .undrainedEdge:
      "there is more to read, and no event tells of it: read until reading would block"
    case .unwatchedDirection:
      "the program could go on to \(verb), and no event tells of it: register the source for that"
    case .repeatedRegistration:
      "it is registered as it was, again and again: register it when something changes"
    case .ignoredEvent:
      "the program is told that it can \(verb), again and again, and does not: change the registration"
    case .leakedRegistration:
      "its registration is left behind: deregister it first"
    }
  }
}

extension Descriptor {
  /// What people call the source; a trace of a simulation calls it the same.
  fileprivate var sourceName: String {
    let number = SimulatedFile.number(of: self)
    return number > 0 ? "source \(number)" : "\(self)"
  }
}

extension EdgeStep: CustomStringConvertible {
  /// One line.
  public var description: String {
    let text =
      switch action {
      case .registers(let token, let interest, let mode):
        "registers as \(token) for \(interest), \(mode)"
      case .deregisters: "deregisters"
      case .isTold(let event): "is told \(event)"
      case .operates(.readable): "reads"
      case .operates(.writable): "writes"
      case .blocks(.readable): "reading would block"
      case .blocks(.writable): "writing would block"
      case .ends: "is gone"
      }
    return count == 1 ? text : "\(text), \(count) times"
  }
}
