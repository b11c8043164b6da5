import CMioKqueue
import MioCore

/// The registration of a source.
struct KqueueRegistration {
  let token: Token
  let interest: Interest
  let mode: TriggerMode

  /// Whether a one-shot registration has not been reported yet.
  ///
  /// Each of its filters fires once. The source is reported once for all of them. Filters that are
  /// added after the report are disabled.
  var isArmed = true

  /// Whether the source is the writer of a pipe that the kernel refuses to watch without a reader.
  var isWithoutReader = false

  /// Whether the kernel must have a filter for the registration.
  ///
  /// Asynchronous I/O is not registered by the selector. The kernel may refuse a writer without a
  /// reader.
  var isKnownToKernel: Bool {
    !isWithoutReader && !interest.isDisjoint(with: [.readable, .writable, .priority])
  }
}

extension TriggerMode {
  /// The flags that add a filter that is not a source in this mode.
  var kqueueFlags: UInt32 {
    switch self {
    case .edge: C_MIO_EV_ADD | C_MIO_EV_CLEAR
    case .level: C_MIO_EV_ADD
    case .oneShot: C_MIO_EV_ADD | C_MIO_EV_ONESHOT
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

  /// Returns the flags that add the filter in the mode of a registration.
  ///
  /// A one-shot filter is disabled when it fires. The kernel keeps it as long as the descriptor is
  /// open, so it shows that the descriptor is registered. A filter with `EV_ONESHOT` would
  /// disappear.
  ///
  /// Darwin's `EVFILT_EXCEPT` is also active for ordinary data, and it reports only that it is
  /// active. As a level-triggered filter it would fire at every wait, and as a one-shot filter it
  /// would be used up. The filter is therefore always edge-triggered, and the selector implements
  /// the modes.
  func flags(for registration: KqueueRegistration) -> UInt32 {
    let mode =
      switch (self, registration.mode) {
      case (.except, _), (_, .edge): C_MIO_EV_ADD | C_MIO_EV_CLEAR
      case (_, .level): C_MIO_EV_ADD
      case (_, .oneShot): C_MIO_EV_ADD | C_MIO_EV_DISPATCH
      }
    return registration.isArmed ? mode : mode | C_MIO_EV_DISABLE
  }

  /// The notes of the filter.
  var notes: UInt32 { self == .except ? C_MIO_NOTE_OOB : 0 }

  var interest: Interest {
    switch self {
    case .write: .writable
    case .read: .readable
    case .except: .priority
    }
  }
}
