import CMioPoll
import Loom
import MioCore
import MioPoll

/// A kernel with poll(2).
final class PollKernel: ModelKernel {
  /// A watched descriptor.
  private struct File {
    let identity: UInt64
    var isReadable: Bool
  }

  var refusals = 0
  private var files: [Int32: File] = [:]
  private var lastIdentity: UInt64 = 0
  /// The open notifiers, and the number of notifications of each since it was last drained.
  private var notifiers: [Int32: Int] = [:]
  private var lastNotifier: Int32 = 1000
  private var violations: [String] = []
  /// The entries of the poller, which no other thread may use.
  ///
  /// `PlainMemory` detects several threads that poll the same entries by mistake.
  var entries = PlainMemory("the entries of poll(2)")
  private(set) var time: UInt64 = 0

  func passTime() { time += 1_000_000_000_000 }

  var remains: [String] {
    violations + notifiers.keys.map { "the notifier \($0) is open" }
  }
}

// MARK: - Sources

extension PollKernel {
  func open(isReadable: Bool) -> Descriptor {
    let free = (0..<100).first { files[$0] == nil } ?? 100
    lastIdentity += 1
    files[free] = File(identity: lastIdentity, isReadable: isReadable)
    return Descriptor(free)
  }

  func set(_ descriptor: Descriptor, isReadable: Bool) {
    files[descriptor.fileDescriptor]?.isReadable = isReadable
  }

  func close(_ descriptor: Descriptor) {
    files[descriptor.fileDescriptor] = nil
  }

  func identify(_ descriptor: Int32) -> c_mio_poll_identity? {
    guard let file = files[descriptor] else { return nil }
    var identity = c_mio_poll_identity()
    identity.device = 1
    identity.file = file.identity
    return identity
  }

  func answer(_ entry: c_mio_poll_entry) -> UInt16 {
    if entry.descriptor < 0 { return 0 }
    let isReadable: Bool
    if let count = notifiers[entry.descriptor] {
      isReadable = count > 0
    } else if let file = files[entry.descriptor] {
      isReadable = file.isReadable
    } else {
      return C_MIO_POLL_INVALID
    }
    return isReadable ? entry.asked & C_MIO_POLL_READABLE : 0
  }
}

// MARK: - Notifiers

extension PollKernel {
  func openNotifier() -> Int32 {
    lastNotifier += 1
    notifiers[lastNotifier] = 0
    return lastNotifier
  }

  func closeNotifier(_ descriptor: Int32) -> Int32 {
    if notifiers.removeValue(forKey: descriptor) != nil { return 0 }
    violations.append("descriptor \(descriptor) is closed twice")
    return -9
  }

  func notify(_ descriptor: Int32) -> Int32 {
    guard notifiers[descriptor] != nil else {
      violations.append("a notifier is used that is closed")
      return -9
    }
    if refuses("notify fails") { return -Int32(noMemory) }
    notifiers[descriptor, default: 0] += 1
    return 0
  }

  func drain(_ descriptor: Int32) { notifiers[descriptor] = 0 }
}
