import MioCore

/// The outcome of an operation.
enum Outcome: Equatable {
  /// The operation succeeded without a result.
  case done
  /// The operation opened descriptors.
  case opened([Int32])
  /// The operation wrote this number of bytes.
  case bytes(Int)
  /// The operation read this number of bytes, with this number of descriptors.
  case received(Int, descriptors: Int)
  /// The operation would have blocked.
  case blocked
  /// The operation threw an error.
  case failed(IOError.Kind)
  /// The source has this number of records of selectors.
  case records(Int)
  /// A poll returned events.
  case events([Event])

  /// The number of transferred bytes.
  var count: Int {
    if case .bytes(let count) = self { count } else { 0 }
  }

  /// Creates the outcome of an operation.
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
/// The model does not always know the answer.
enum Answer {
  case yes, no, maybe
}
