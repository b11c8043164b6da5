import Loom
import MioCore

/// The interface with which a scenario controls and queries the kernel below a selector.
///
/// Each system call of a selector is one step of its thread.
protocol ModelKernel: AnyObject {
  /// How many calls that register, or signal, may yet fail: whether one does is tried both ways.
  var refusals: Int { get set }

  /// Opens a descriptor to watch.
  func open(isReadable: Bool) -> Descriptor

  /// Makes a descriptor readable, or no more.
  func set(_ descriptor: Descriptor, isReadable: Bool)

  /// Closes a descriptor; the next that is opened may have its number.
  func close(_ descriptor: Descriptor)

  /// What is open that a selector has opened, and what was done that nobody may do.
  var remains: [String] { get }
}

extension ModelKernel {
  /// Whether a call fails that may.
  func refuses(_ what: StaticString) -> Bool {
    guard refusals > 0, Loom.choose(2, what) == 1 else { return false }
    refusals -= 1
    return true
  }
}

/// `EDEADLK`, which a wait without a timeout returns if no thread can end it.
let waitsForEver = 35

/// `ENOMEM`, which a refused call returns.
let noMemory = 12
