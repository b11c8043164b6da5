import CMioKqueue
public import MioCore

/// Something that only a kqueue can watch: a process, a signal, a file, a timer, an event of the user's.
///
/// A filter is not a source: nobody owns it, and what it names may go away. It is registered with the
/// registry of a kqueue's poll, and its events say ``Event/isReadable``; what happened is in
/// ``KqueueDetails``:
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
  var notes: UInt32
  var data: Int64 = 0
}

extension KqueueFilter {
  /// The end of a process: `EVFILT_PROC` with `NOTE_EXIT`.
  ///
  /// The event's ``KqueueDetails/data`` is the status as `wait(2)` has it; 0 on Apple's systems, if the
  /// process is no child and the caller may not signal it. Registering throws `.other` with the code
  /// `ESRCH` for a process that is gone.
  public static func processExit(_ process: Int32) -> KqueueFilter {
    processChanges(process, .exit)
  }

  /// What a process does: `EVFILT_PROC`.
  public static func processChanges(
    _ process: Int32, _ changes: ProcessChanges
  ) -> KqueueFilter {
    let status = changes.contains(.exit) ? C_MIO_NOTE_EXITSTATUS : 0
    return KqueueFilter(
      number: C_MIO_EVFILT_PROC, ident: UInt(bitPattern: Int(process)),
      notes: changes.rawValue | status)
  }

  /// The same without the exit status of a process; nothing for a filter that does not ask for one.
  var withoutStatus: KqueueFilter? {
    guard number == C_MIO_EVFILT_PROC, notes & C_MIO_NOTE_EXITSTATUS != 0 else { return nil }
    var filter = self
    filter.notes &= ~C_MIO_NOTE_EXITSTATUS
    return filter
  }

  /// The arrival of a signal at the process: `EVFILT_SIGNAL`.
  ///
  /// It is told of signals that are ignored, too: ignore the signal, or it takes its usual effect. The
  /// event's ``KqueueDetails/data`` is how often it came.
  public static func signal(_ number: Int32) -> KqueueFilter {
    KqueueFilter(
      number: C_MIO_EVFILT_SIGNAL, ident: UInt(bitPattern: Int(number)), notes: 0)
  }

  /// What happens to an open file or directory: `EVFILT_VNODE`.
  ///
  /// Closing the descriptor ends it.
  public static func fileChanges(
    _ descriptor: Descriptor, _ changes: FileChanges
  ) -> KqueueFilter {
    KqueueFilter(
      number: C_MIO_EVFILT_VNODE, ident: UInt(bitPattern: descriptor.rawValue),
      notes: changes.rawValue)
  }

  /// The time that comes again and again: `EVFILT_TIMER`.
  ///
  /// With the mode `.oneShot` it comes once. The event's ``KqueueDetails/data`` is how often it came since
  /// the last event.
  ///
  /// - Parameters:
  ///   - identifier: The caller's number for the timer.
  ///   - interval: Rounded up to what the system counts in: nanoseconds, or milliseconds. Where its words have
  ///     32 bits, more than two seconds are counted in milliseconds, and more than 24 days in seconds.
  /// - Returns: The filter.
  public static func timer(_ identifier: UInt, every interval: Duration) -> KqueueFilter {
    timer(identifier, every: interval, largest: C_MIO_KQUEUE_LARGEST_DATA)
  }

  /// Counts in the finest unit in which the number is not too large.
  static func timer(
    _ identifier: UInt, every interval: Duration, largest: Int64
  ) -> KqueueFilter {
    let nanoseconds = Instant(nanoseconds: 0).advanced(by: interval).nanoseconds
    var timer = KqueueFilter(
      number: C_MIO_EVFILT_TIMER, ident: identifier, notes: 0, data: largest)
    for (note, unit) in timerUnits {
      let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: unit)
      let count = rest == 0 ? whole : whole + 1
      timer.notes = note
      timer.data = Int64(clamping: min(count, UInt64(largest)))
      if count <= largest { break }
    }
    return timer
  }

  /// The notes of the system's units of time, the finest first, and the nanoseconds of each.
  private static var timerUnits: [(UInt32, UInt64)] {
    let millisecond: UInt64 = 1_000_000
    let units = [
      (C_MIO_NOTE_NSECONDS, 1), (0, millisecond), (C_MIO_NOTE_SECONDS, 1_000 * millisecond),
    ]
    return units.filter { note, unit in note != 0 || unit == millisecond }
  }

  /// An event that the program triggers: `EVFILT_USER`.
  ///
  /// ``MioCore/Registry/trigger(_:token:)`` does so, from any thread. A ``PollWaker`` does the same on every system, and
  /// costs less.
  ///
  /// - Parameter identifier: The caller's number for the event.
  /// - Returns: The filter.
  public static func userEvent(_ identifier: UInt) -> KqueueFilter {
    KqueueFilter(number: C_MIO_EVFILT_USER, ident: identifier, notes: 0)
  }
}

/// What can happen to a process.
public struct ProcessChanges: OptionSet, Hashable, Sendable {
  /// The system's bits.
  public let rawValue: UInt32

  /// Creates a set from the system's bits.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// It ended: `NOTE_EXIT`.
  public static var exit: ProcessChanges { ProcessChanges(rawValue: C_MIO_NOTE_EXIT) }
  /// It called `fork`: `NOTE_FORK`.
  public static var fork: ProcessChanges { ProcessChanges(rawValue: C_MIO_NOTE_FORK) }
  /// It called `exec`: `NOTE_EXEC`.
  public static var exec: ProcessChanges { ProcessChanges(rawValue: C_MIO_NOTE_EXEC) }
}

/// What can happen to a file or a directory.
public struct FileChanges: OptionSet, Hashable, Sendable {
  /// The system's bits.
  public let rawValue: UInt32

  /// Creates a set from the system's bits.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Its last name was removed: `NOTE_DELETE`.
  public static var deletion: FileChanges { FileChanges(rawValue: C_MIO_NOTE_DELETE) }
  /// Its content changed: `NOTE_WRITE`.
  public static var write: FileChanges { FileChanges(rawValue: C_MIO_NOTE_WRITE) }
  /// It became longer: `NOTE_EXTEND`.
  public static var growth: FileChanges { FileChanges(rawValue: C_MIO_NOTE_EXTEND) }
  /// Its attributes changed: `NOTE_ATTRIB`.
  public static var attributes: FileChanges { FileChanges(rawValue: C_MIO_NOTE_ATTRIB) }
  /// The number of its names changed: `NOTE_LINK`.
  public static var links: FileChanges { FileChanges(rawValue: C_MIO_NOTE_LINK) }
  /// It was renamed: `NOTE_RENAME`.
  public static var rename: FileChanges { FileChanges(rawValue: C_MIO_NOTE_RENAME) }
  /// Access to it was revoked: `NOTE_REVOKE`, nothing where that does not exist.
  public static var revocation: FileChanges { FileChanges(rawValue: C_MIO_NOTE_REVOKE) }
}
