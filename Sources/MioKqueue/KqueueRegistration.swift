import CMioKqueue
import MioCore

/// What is asked for a source.
struct KqueueRegistration {
  let token: Token
  let interest: Interest
  let mode: TriggerMode

  /// Whether a one-shot registration has still to be reported.
  ///
  /// Each of its filters fires once; the source is reported once for all of them.
  var isArmed = true

  /// Whether it is of a pipe's writer that the kernel refuses to watch, for the reader is gone.
  var isWithoutReader = false

  /// Whether the kernel must know it: one-shots vanish when they fire, asynchronous I/O is not registered
  /// by the selector, and a writer without a reader may be refused.
  var isKnownToKernel: Bool {
    mode != .oneShot && !isWithoutReader
      && !interest.isDisjoint(with: [.readable, .writable, .priority])
  }
}

extension TriggerMode {
  /// The flags that ask for this mode.
  var kqueueFlags: UInt32 {
    switch self {
    case .edge: C_MIO_EV_CLEAR
    case .level: 0
    case .oneShot: C_MIO_EV_ONESHOT
    }
  }
}

/// A filter of sources, in the order of the lists of changes.
enum SourceFilter: CaseIterable {
  case write, read, except

  var number: Int32 {
    switch self {
    case .write: C_MIO_EVFILT_WRITE
    case .read: C_MIO_EVFILT_READ
    case .except: C_MIO_EVFILT_EXCEPT
    }
  }

  /// The flags that ask for a mode.
  ///
  /// Darwin's `EVFILT_EXCEPT` is active for plain data as well, and says no more than that it is: as a
  /// level it is so at every wait, and as a one-shot it is spent. So it is an edge, and the selector
  /// makes the modes.
  func flags(for mode: TriggerMode) -> UInt32 {
    self == .except ? C_MIO_EV_CLEAR : mode.kqueueFlags
  }

  /// What is asked of the filter beyond its name.
  var notes: UInt32 { self == .except ? C_MIO_NOTE_OOB : 0 }

  var interest: Interest {
    switch self {
    case .write: .writable
    case .read: .readable
    case .except: .priority
    }
  }

  func exists(in features: KqueueFeatures) -> Bool {
    self != .except || features.contains(.exceptions)
  }
}

/// What is asked for, by descriptor.
///
/// The kernel knows it as well, and cannot be asked.
struct KqueueRegistrations {
  private var registrations: [KqueueRegistration?] = []

  /// Writers without a reader that are to be reported, for the kernel does not.
  ///
  /// The notifier is signaled as long as there are any.
  private var unreported: [Int32] = []

  /// Registrations of negative descriptors, which no kernel accepts, are not kept.
  subscript(descriptor: Int32) -> KqueueRegistration? {
    get {
      registrations.indices.contains(Int(descriptor)) ? registrations[Int(descriptor)] : nil
    }
    set {
      let position = Int(descriptor)
      guard position >= 0 else { return }
      if !unreported.isEmpty { unreported.removeAll { $0 == descriptor } }
      if position >= registrations.count {
        if newValue == nil { return }
        registrations += repeatElement(nil, count: position + 1 - registrations.count)
      }
      registrations[position] = newValue
      if newValue?.isWithoutReader == true { report(descriptor) }
    }
  }

  /// Notes that a writer without a reader is to be reported.
  mutating func report(_ descriptor: Int32) {
    unreported.append(descriptor)
  }

  /// Takes the writer without a reader that waits longest to be reported.
  mutating func takeUnreported() -> Int32? {
    unreported.isEmpty ? nil : unreported.removeFirst()
  }

  var hasUnreported: Bool { !unreported.isEmpty }

  /// Whether a one-shot registration has still to be reported, which from now on it has not.
  mutating func disarm(_ descriptor: Int32) -> Bool {
    guard self[descriptor]?.isArmed == true else { return false }
    registrations[Int(descriptor)]?.isArmed = false
    return true
  }
}
