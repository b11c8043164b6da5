import MioCore

/// One step of a random sequence.
///
/// Steps are values that name everything by small numbers, so a sequence is run again, or in part, from a
/// list. A step that makes no sense where it stands is skipped: every part of a sequence is a sequence.
enum Operation: Hashable, Sendable {
  /// Opens a channel, and puts its ends into two empty places.
  case open(ChannelKind, Int, Int)
  /// Duplicates the descriptor of a source, for another empty place.
  case duplicate(Int, to: Int)
  /// Closes a source. As users must, it is deregistered before where the system needs that.
  case close(Int)
  /// Closes a TCP stream so that its peer is reset.
  case reset(Int)
  /// Closes a borrowed descriptor behind the back of its source, which is registered or not.
  case abandon(Int)

  /// Reads once.
  case read(Int, Int)
  /// Reads until it would block, or the end.
  case drain(Int)
  /// Writes once.
  case write(Int, Int)
  /// Writes until it would block.
  case fill(Int)
  /// Ends directions.
  case shutdown(Int, ShutdownDirections)
  /// Sends a byte out of band.
  case sendUrgently(Int)

  /// Registers a source by a registry.
  case register(Int, Interest, TriggerMode, by: Int)
  /// Replaces a registration.
  case reregister(Int, Interest, TriggerMode, by: Int)
  /// Ends a registration.
  case deregister(Int, by: Int)
  /// Registers a second source of the same descriptor, and deregisters it if that succeeded.
  case registerTwin(Int, by: Int)

  /// Duplicates a registry.
  case duplicateRegistry(Int, to: Int)
  /// Gives a duplicate of a registry up.
  case dropRegistry(Int)
  /// Gives a poll up and makes another.
  case replacePoll(Int)

  /// Makes a waker.
  case makeWaker(Int, by: Int)
  /// Wakes.
  case wake(Int)
  /// Gives a waker up.
  case dropWaker(Int)

  /// Polls without waiting, or, if an event is owed, with time to wait.
  case poll(Int, capacity: Int, waits: Bool = false)
  /// Wakes all wakers and polls with room for one event, as often as it takes for all to have a turn.
  case takeTurns(Int)
}

/// What a channel is made of.
enum ChannelKind: Hashable, Sendable, CaseIterable {
  /// A pair of Unix streams.
  case unix
  /// The same, as raw descriptors that the sources do not own.
  case borrowed
  /// A pipe: the first end writes.
  case pipe
  /// A TCP connection over loopback.
  case tcp
}

// As it stands in source code.
extension Operation: CustomStringConvertible {
  var description: String {
    switch self {
    case .open(let kind, let first, let second): ".open(.\(kind), \(first), \(second))"
    case .duplicate(let place, let other): ".duplicate(\(place), to: \(other))"
    case .close(let place): ".close(\(place))"
    case .reset(let place): ".reset(\(place))"
    case .abandon(let place): ".abandon(\(place))"
    case .read(let place, let count): ".read(\(place), \(count))"
    case .drain(let place): ".drain(\(place))"
    case .write(let place, let count): ".write(\(place), \(count))"
    case .fill(let place): ".fill(\(place))"
    case .shutdown(let place, let directions): ".shutdown(\(place), .\(directions))"
    case .sendUrgently(let place): ".sendUrgently(\(place))"
    case .register(let place, let interest, let mode, let registry):
      ".register(\(place), \(interest.literal), .\(mode), by: \(registry))"
    case .reregister(let place, let interest, let mode, let registry):
      ".reregister(\(place), \(interest.literal), .\(mode), by: \(registry))"
    case .deregister(let place, let registry): ".deregister(\(place), by: \(registry))"
    case .registerTwin(let place, let registry): ".registerTwin(\(place), by: \(registry))"
    case .duplicateRegistry(let registry, let other):
      ".duplicateRegistry(\(registry), to: \(other))"
    case .dropRegistry(let registry): ".dropRegistry(\(registry))"
    case .replacePoll(let poll): ".replacePoll(\(poll))"
    case .makeWaker(let waker, let registry): ".makeWaker(\(waker), by: \(registry))"
    case .wake(let waker): ".wake(\(waker))"
    case .dropWaker(let waker): ".dropWaker(\(waker))"
    case .poll(let poll, let capacity, let waits):
      ".poll(\(poll), capacity: \(capacity)\(waits ? ", waits: true" : ""))"
    case .takeTurns(let poll): ".takeTurns(\(poll))"
    }
  }
}

extension Interest {
  fileprivate var literal: String {
    let all: [(Interest, String)] = [
      (.readable, ".readable"), (.writable, ".writable"), (.priority, ".priority"),
      (.aio, ".aio"), (.lio, ".lio"),
    ]
    return "[" + all.filter { contains($0.0) }.map(\.1).joined(separator: ", ") + "]"
  }
}
