import CMioKqueue
public import MioCore

/// An object that only a kqueue can watch: a process, a signal, a file, a timer or a user event.
///
/// A filter is not a source: it has no owner, and the object that it names may disappear. It is
/// registered with the registry of a kqueue's poll. Its events are readable: ``Event/isReadable``
/// is true. ``KqueueDetails`` describe what has happened:
///
///     try poll.registry.register(.processExit(child), token: 7)
///     try poll.poll(into: &events)
///     for position in events.indices where events[position].token == 7 {
///       let status = events.details(at: position).data
///     }
///
/// - SeeAlso: [kqueue(2)](https://man.freebsd.org/cgi/man.cgi?query=kqueue).
public struct KqueueFilter: Hashable, Sendable {
  let number: Int32
  let ident: UInt
  var notes: UInt32 = 0
  var data: Int64 = 0
}

extension KqueueFilter {
  /// Returns a filter for the end of a process: `EVFILT_PROC` with `NOTE_EXIT`.
  ///
  /// ``KqueueDetails/data`` of the event is the status in the format of `wait(2)`. On Apple's
  /// systems it is 0 if the process is not a child and the caller may not signal it. Registering
  /// the filter throws `.other` with the code `ESRCH` if the process no longer exists.
  public static func processExit(_ process: Int32) -> KqueueFilter {
    processChanges(process, .exit)
  }

  /// Returns a filter for the actions of a process: `EVFILT_PROC`.
  public static func processChanges(
    _ process: Int32, _ changes: ProcessChanges
  ) -> KqueueFilter {
    let status = changes.contains(.exit) ? C_MIO_NOTE_EXITSTATUS : 0
    return KqueueFilter(
      number: C_MIO_EVFILT_PROC, ident: UInt(bitPattern: Int(process)),
      notes: changes.rawValue | status)
  }

  /// The same filter without the exit status, or `nil` if the filter does not request the exit
  /// status.
  var withoutStatus: KqueueFilter? {
    guard number == C_MIO_EVFILT_PROC, notes & C_MIO_NOTE_EXITSTATUS != 0 else { return nil }
    var filter = self
    filter.notes &= ~C_MIO_NOTE_EXITSTATUS
    return filter
  }

  /// Returns a filter for the arrival of a signal at the process: `EVFILT_SIGNAL`.
  ///
  /// The filter also reports signals that are ignored. A signal that is not ignored takes its usual
  /// effect, so the program should ignore it. ``KqueueDetails/data`` of the event is the number of
  /// times that the signal arrived.
  public static func signal(_ number: Int32) -> KqueueFilter {
    KqueueFilter(number: C_MIO_EVFILT_SIGNAL, ident: UInt(bitPattern: Int(number)))
  }

  /// Returns a filter for the changes of an open file or directory: `EVFILT_VNODE`.
  ///
  /// Closing the descriptor ends the registration.
  public static func fileChanges(
    _ descriptor: Descriptor, _ changes: FileChanges
  ) -> KqueueFilter {
    KqueueFilter(
      number: C_MIO_EVFILT_VNODE, ident: UInt(bitPattern: descriptor.rawValue),
      notes: changes.rawValue)
  }

  /// Returns a filter for a periodic timer: `EVFILT_TIMER`.
  ///
  /// With the mode `.oneShot` the timer expires once. ``KqueueDetails/data`` of the event is the
  /// number of times that the timer expired since the last event.
  ///
  /// - Parameters:
  ///   - identifier: The caller's number for the timer.
  ///   - interval: The period. It is rounded up to the unit of the system, which is nanoseconds or
  ///     milliseconds. On systems whose words have 32 bits, a period of more than two seconds is
  ///     counted in milliseconds, and a period of more than 24 days in seconds.
  /// - Returns: The filter.
  public static func timer(_ identifier: UInt, every interval: Duration) -> KqueueFilter {
    timer(identifier, every: interval, largest: C_MIO_KQUEUE_LARGEST_DATA)
  }

  /// Returns a timer that counts in the finest unit whose count does not exceed `largest`.
  static func timer(
    _ identifier: UInt, every interval: Duration, largest: Int64
  ) -> KqueueFilter {
    let nanoseconds = Instant(nanoseconds: 0).advanced(by: interval).nanoseconds
    var timer = KqueueFilter(number: C_MIO_EVFILT_TIMER, ident: identifier)
    for (note, unit) in timerUnits(C_MIO_NOTE_NSECONDS, C_MIO_NOTE_SECONDS) {
      let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: unit)
      let count = rest == 0 ? whole : whole + 1
      timer.notes = note
      timer.data = Int64(clamping: min(count, UInt64(largest)))
      if count <= largest { break }
    }
    return timer
  }

  /// Returns the notes of the system's units of time, with the finest unit first, and the
  /// nanoseconds of each unit.
  ///
  /// The notes for nanoseconds and seconds are 0 on systems that do not have these units.
  static func timerUnits(
    _ nanoseconds: UInt32, _ seconds: UInt32
  ) -> [(note: UInt32, nanoseconds: UInt64)] {
    let millisecond: UInt64 = 1_000_000
    let units: [(note: UInt32, nanoseconds: UInt64)] = [
      (nanoseconds, 1), (0, millisecond), (seconds, 1_000 * millisecond),
    ]
    return units.filter { $0.note != 0 || $0.nanoseconds == millisecond }
  }

  /// Returns a filter for an event that the program triggers: `EVFILT_USER`.
  ///
  /// ``MioCore/Registry/trigger(_:token:)`` triggers it from any thread. A ``PollWaker`` does the
  /// same on every system at a lower cost.
  ///
  /// - Parameter identifier: The caller's number for the event.
  /// - Returns: The filter.
  public static func userEvent(_ identifier: UInt) -> KqueueFilter {
    KqueueFilter(number: C_MIO_EVFILT_USER, ident: identifier)
  }
}

/// The changes of a process that a filter reports.
public struct ProcessChanges: OptionSet, Hashable, Sendable {
  /// The bits of the system.
  public let rawValue: UInt32

  /// Creates a set from the bits of the system.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The process ended: `NOTE_EXIT`.
  public static var exit: ProcessChanges { ProcessChanges(rawValue: C_MIO_NOTE_EXIT) }
  /// The process called `fork`: `NOTE_FORK`.
  public static var fork: ProcessChanges { ProcessChanges(rawValue: C_MIO_NOTE_FORK) }
  /// The process called `exec`: `NOTE_EXEC`.
  public static var exec: ProcessChanges { ProcessChanges(rawValue: C_MIO_NOTE_EXEC) }
}

/// The changes of a file or a directory that a filter reports.
public struct FileChanges: OptionSet, Hashable, Sendable {
  /// The bits of the system.
  public let rawValue: UInt32

  /// Creates a set from the bits of the system.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The last name of the file was removed: `NOTE_DELETE`.
  public static var deletion: FileChanges { FileChanges(rawValue: C_MIO_NOTE_DELETE) }
  /// The content of the file changed: `NOTE_WRITE`.
  public static var write: FileChanges { FileChanges(rawValue: C_MIO_NOTE_WRITE) }
  /// The file became longer: `NOTE_EXTEND`.
  public static var growth: FileChanges { FileChanges(rawValue: C_MIO_NOTE_EXTEND) }
  /// The attributes of the file changed: `NOTE_ATTRIB`.
  public static var attributes: FileChanges { FileChanges(rawValue: C_MIO_NOTE_ATTRIB) }
  /// The number of names of the file changed: `NOTE_LINK`.
  public static var links: FileChanges { FileChanges(rawValue: C_MIO_NOTE_LINK) }
  /// The file was renamed: `NOTE_RENAME`.
  public static var rename: FileChanges { FileChanges(rawValue: C_MIO_NOTE_RENAME) }
  /// Access to the file was revoked: `NOTE_REVOKE`; empty on systems that do not have this note.
  public static var revocation: FileChanges { FileChanges(rawValue: C_MIO_NOTE_REVOKE) }
}
