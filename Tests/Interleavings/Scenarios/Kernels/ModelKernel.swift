import Loom
import MioCore

/// The interface of a selector's kernel for scenarios.
///
/// Each system call of a selector is one step of its thread.
protocol ModelKernel: AnyObject {
  /// The number of calls that may still fail, among those that register or signal.
  ///
  /// Both outcomes of such a call are tested.
  var refusals: Int { get set }

  /// Opens a descriptor to watch.
  func open(isReadable: Bool) -> Descriptor

  /// Sets whether a descriptor is readable.
  func set(_ descriptor: Descriptor, isReadable: Bool)

  /// Closes a descriptor, whose number may be used for the next descriptor.
  func close(_ descriptor: Descriptor)

  /// The objects that selectors have opened and not closed, and the violations of rules.
  var remains: [String] { get }
}

extension ModelKernel {
  /// Returns whether a call fails that may fail.
  func refuses(_ what: StaticString) -> Bool {
    guard refusals > 0, Loom.choose(2, what) == 1 else { return false }
    refusals -= 1
    return true
  }
}

/// The result of a wait without a timeout that no thread can end: `EDEADLK`.
let waitsForEver = 35

/// The result of a refused call: `ENOMEM`.
let noMemory = 12
