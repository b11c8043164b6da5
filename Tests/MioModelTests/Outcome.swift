import MioCore

/// The outcome of an operation.
enum Outcome: Equatable {
  /// It succeeded, and has nothing to tell.
  case done
  /// Descriptors were opened.
  case opened([Int32])
  /// So many bytes went.
  case bytes(Int)
  /// So many bytes came, with so many descriptors.
  case received(Int, descriptors: Int)
  /// It would have blocked.
  case blocked
  /// It threw an error.
  case failed(IOError.Kind)
  /// The source has so many records of selectors.
  case records(Int)
  /// A poll returned events.
  case events([Event])

  /// How many bytes went or came.
  var count: Int {
    if case .bytes(let count) = self { count } else { 0 }
  }

  /// What an operation returned or threw.
  init(of operation: () throws(IOError) -> Outcome) {
    do throws(IOError) {
      self = try operation()
    } catch {
      self = .failed(error.kind)
    }
  }
}

/// An outcome that the model does not allow.
struct Disagreement: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Whether a condition holds.
///
/// A model cannot always tell.
enum Answer {
  case yes, no, maybe
}
