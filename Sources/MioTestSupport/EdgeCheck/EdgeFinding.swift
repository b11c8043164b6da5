public import MioCore

/// A mistake that an ``EdgeCheck`` found in a program.
public struct EdgeFinding: Sendable {
  /// A mistake that a program makes with registrations and edges.
  public enum Mistake: Sendable, Hashable {
    /// The program is idle, and a source has unread data that no event reports.
    ///
    /// The program did not read until reading would block.
    case undrainedEdge
    /// The program is idle, and an operation that would have blocked could continue now.
    ///
    /// The source is not registered for the direction of the operation.
    case unwatchedDirection
    /// An equal registration replaces a registration repeatedly, without an event or an operation.
    case repeatedRegistration
    /// An event is reported repeatedly, and the program performs no operation on the source.
    case ignoredEvent
    /// A registration exists although its source or its poll was closed.
    case leakedRegistration
  }

  /// The mistake of the program.
  public let mistake: Mistake

  /// The token of the source's current or last registration.
  public let token: Token

  /// The direction of the mistake, or `nil` if the mistake concerns a registration.
  public let direction: Direction?

  /// The source's descriptor.
  public let descriptor: Descriptor

  /// The simulated host on which the program runs, or `nil` outside of simulations.
  public let host: String?

  /// The last steps of the source, oldest first.
  public let steps: [EdgeStep]

  /// The number of the source.
  let source: Int

  /// Whether both findings report the same mistake of the same source.
  func isAbout(_ other: EdgeFinding) -> Bool {
    mistake == other.mistake && source == other.source && token == other.token
      && direction == other.direction
  }
}

/// A step in the life of a source that an ``EdgeCheck`` recorded.
public struct EdgeStep: Sendable, Hashable {
  /// The action of a step.
  public enum Action: Sendable, Hashable {
    /// The source was registered or reregistered.
    case registers(Token, Interest, TriggerMode)
    /// The source was deregistered.
    case deregisters
    /// An event of the source was reported to the program.
    case receives(Event)
    /// An operation began. Accepting counts as reading, and connecting counts as writing.
    ///
    /// The check is notified of operations in debug builds only.
    case operates(Direction)
    /// The operation would have blocked.
    case blocks(Direction)
    /// The source was closed.
    case ends
  }

  /// The action of this step.
  public let action: Action

  /// The number of times that the action happened in a row.
  public internal(set) var count = 1
}

// MARK: - Texts

extension EdgeFinding: CustomStringConvertible {
  /// The mistake, the source, and the source's last steps.
  public var description: String {
    let place = host.map { " on \($0)" } ?? ""
    let head = "\(token), \(descriptor.sourceName)\(place): \(mistake.text(direction))"
    return ([head] + steps.map { "  \($0)" }).joined(separator: "\n")
  }
}

extension EdgeFinding.Mistake {
  fileprivate func text(_ direction: Direction?) -> String {
    let (verb, operation) = direction == .writable ? ("write", "writing") : ("read", "reading")
    return switch self {
    case .undrainedEdge:
      "unread data is left, and no event reports it: read until reading would block"
    case .unwatchedDirection:
      "\(operation) could continue, and no event reports it: register the source for \(operation)"
    case .repeatedRegistration:
      "equal registrations replace each other repeatedly: reregister the source when something changes"
    case .ignoredEvent:
      "events repeatedly report that the program can \(verb), and it does not: change the registration"
    case .leakedRegistration:
      "its source or its poll is closed, and the registration remains: deregister the source first"
    }
  }
}

extension Descriptor {
  /// The name of the source.
  ///
  /// In a simulation it is the same as in the trace.
  fileprivate var sourceName: String {
    let number = SimulatedFile.number(of: self)
    return number > 0 ? "source \(number)" : "\(self)"
  }
}

extension EdgeStep: CustomStringConvertible {
  /// The action and its count on one line.
  public var description: String {
    let text =
      switch action {
      case .registers(let token, let interest, let mode):
        "registers as \(token) for \(interest), \(mode)"
      case .deregisters: "deregisters"
      case .receives(let event): "receives \(event)"
      case .operates(.readable): "reads"
      case .operates(.writable): "writes"
      case .blocks(.readable): "reading would block"
      case .blocks(.writable): "writing would block"
      case .ends: "is closed"
      }
    return count == 1 ? text : "\(text), \(count) times"
  }
}
