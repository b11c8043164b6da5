import Loom
import MioCore

/// The registration of a source according to the contract: its selector and its token.
enum Registered: Equatable {
  case none
  case with(selector: Int, token: UInt)

  func isWith(_ selector: Int) -> Bool {
    if case .with(selector, _) = self { true } else { false }
  }
}

/// The operations of all threads on the registration of one source, with their outcomes.
///
/// The outcomes must be those of the operations in some sequential order. In this order an
/// operation precedes all operations that began after its end.
struct History {
  struct Operation {
    enum Name { case register, reregister, deregister }

    let name: Name
    let selector: Int
    let token: UInt
    let start: Int
    let end: Int
    let error: IOError.Kind?

    func isBeside(_ other: Operation) -> Bool { start <= other.end && other.start <= end }
  }

  private var operations: [Operation] = []
  /// The registration of the source before the threads began.
  var initial = Registered.none

  mutating func add(_ operation: Operation) { operations.append(operation) }

  /// Returns whether some order explains the outcomes and the final registration.
  func isExplained(by final: Registered) -> Bool {
    explains(from: initial, operations, to: final)
  }

  private func explains(
    from state: Registered, _ left: [Operation], to final: Registered
  ) -> Bool {
    if left.isEmpty { return state == final }
    for (index, next) in left.enumerated() {
      if left.contains(where: { $0.end < next.start }) { continue }
      guard let after = apply(next, to: state) else { continue }
      var rest = left
      rest.remove(at: index)
      if explains(from: after, rest, to: final) { return true }
    }
    return false
  }

  /// Returns the registration after an operation, or `nil` if its outcome is impossible.
  private func apply(_ operation: Operation, to state: Registered) -> Registered? {
    let isMine = state.isWith(operation.selector)
    let registered = Registered.with(selector: operation.selector, token: operation.token)
    switch (operation.name, operation.error) {
    // The system refused the operation, and nothing has changed.
    case (_, .outOfMemory): return state
    case (.register, nil): return state == .none ? registered : nil
    case (.register, .alreadyRegistered):
      return state != .none || isInTheWay(of: operation) ? state : nil
    case (.reregister, nil): return isMine ? registered : nil
    case (.deregister, nil): return isMine ? Registered.none : nil
    case (.reregister, .notRegistered), (.deregister, .notRegistered):
      return isMine && !isInTheWay(of: operation) ? nil : state
    default: return nil
    }
  }

  /// Returns whether a concurrent operation holds the source while it is in progress (C4).
  ///
  /// Such an operation registers the source, successfully or not, or deregisters it.
  private func isInTheWay(of operation: Operation) -> Bool {
    operations.contains { other in
      other.name != .reregister && other.isBeside(operation) && other.start != operation.start
    }
  }
}

extension History: CustomStringConvertible {
  var description: String {
    operations.map { operation in
      "\(operation.name)(\(operation.selector), \(operation.token))="
        + (operation.error.map { "\($0)" } ?? "ok")
    }.joined(separator: " ")
  }
}
