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

  /// Whether the kernel must know it: one-shots vanish when they fire, and asynchronous I/O is not
  /// registered by the selector.
  var isKnownToKernel: Bool {
    mode != .oneShot && !interest.isDisjoint(with: [.readable, .writable, .priority])
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

  /// Registrations of negative descriptors, which no kernel accepts, are not kept.
  subscript(descriptor: Int32) -> KqueueRegistration? {
    get {
      registrations.indices.contains(Int(descriptor)) ? registrations[Int(descriptor)] : nil
    }
    set {
      let position = Int(descriptor)
      guard position >= 0 else { return }
      if position >= registrations.count {
        if newValue == nil { return }
        registrations += repeatElement(nil, count: position + 1 - registrations.count)
      }
      registrations[position] = newValue
    }
  }

  /// Whether a record of a one-shot registration is its first, and so to be reported.
  mutating func takeOneShot(_ descriptor: Int32, token: Token) -> Bool {
    guard let registration = self[descriptor], registration.mode == .oneShot,
      registration.token == token, registration.isArmed
    else { return false }
    self[descriptor]?.isArmed = false
    return true
  }
}
