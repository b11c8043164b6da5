import Loom
import MioCore

/// What scenarios say to a kernel below a selector, and ask of it.
///
/// Each call that a selector makes is one step of its thread.
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

/// What a wait for ever returns that nobody will end: `EDEADLK`.
let waitsForEver = 35

/// What a call returns that is refused: `ENOMEM`.
let noMemory = 12
