import MioCore

/// One step of a random sequence.
///
/// Steps are values, and refer to all objects by small numbers. A sequence, or a part of it, can
/// therefore be repeated from a list. A step that is not possible in its place is skipped, so every
/// part of a sequence is a sequence.
enum Operation: Hashable, Sendable {
  /// Opens a channel, and puts its ends into two empty places.
  case open(ChannelKind, Int, Int)
  /// Opens a socket without another end, and puts it into an empty place.
  case openSocket(SocketKind, Int)
  /// Opens a FIFO, whose reader has a place, once more for writing, and puts that into an empty place.
  case openWriter(Int, to: Int)
  /// Duplicates the descriptor of a source, for another empty place.
  case duplicate(Int, to: Int)
  /// Closes a source. As users must, it is deregistered before where the system needs that.
  case close(Int)
  /// Closes a TCP stream so that its peer is reset.
  case reset(Int)
  /// Closes a borrowed descriptor behind the back of its source, which is registered or not.
  case abandon(Int)

  /// Makes a TCP socket a listener.
  case listen(Int)
  /// Connects a TCP socket to a listener.
  case connect(Int, to: Int)
  /// Connects a TCP socket to a port where nobody listens.
  case refuse(Int)
  /// Finds out how the connect went.
  case finishConnect(Int)
  /// Accepts a connection, and puts it into an empty place.
  case accept(Int, to: Int)

  /// Reads once.
  case read(Int, Int)
  /// Reads once over several buffers, of which so many empty ones are the first.
  case readPieces(Int, Int, behind: Int)
  /// Reads until it would block, or the end.
  case drain(Int)
  /// Writes once.
  case write(Int, Int)
  /// Writes several buffers once, of which so many empty ones are the first.
  case writePieces(Int, Int, behind: Int)
  /// Writes until it would block.
  case fill(Int)
  /// Ends directions.
  case shutdown(Int, ShutdownDirections)
  /// Sends a byte out of band.
  case sendUrgently(Int)
  /// Receives the byte that was sent out of band.
  case receiveUrgently(Int)
  /// Writes a byte that brings a descriptor along.
  case sendDescriptor(Int)
  /// Reads once, with the descriptors that come along.
  case readDescriptors(Int, Int)
  /// Takes the pending error.
  case takeError(Int)

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
  /// Makes so many polls, one after the other, and registers a source with each: every second ends the
  /// registration, the others are just given up.
  case meetPolls(Int, Int)

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

/// The kind of a channel.
enum ChannelKind: Hashable, Sendable, CaseIterable {
  /// A pair of Unix streams.
  case unix
  /// The same, as raw descriptors that the sources do not own.
  case borrowed
  /// A pipe: the first end writes.
  case pipe
  /// A FIFO: the first end writes, and the second is open for reading only.
  case fifo
  /// A FIFO: the first end writes, and the second is open for reading and writing.
  case lastingFIFO
  /// A TCP connection over loopback.
  case tcp
}

/// The kind of a socket without a peer.
enum SocketKind: Hashable, Sendable, CaseIterable {
  /// A TCP socket that neither listens nor is connected yet.
  case tcp
  /// A UDP socket whose peer does not exist: what it sends comes back as an error.
  case unheard
}

// The source code of an operation.
extension Operation: CustomStringConvertible {
  var description: String {
    switch self {
    case .open(let kind, let first, let second): ".open(.\(kind), \(first), \(second))"
    case .openSocket(let kind, let place): ".openSocket(.\(kind), \(place))"
    case .openWriter(let place, let other): ".openWriter(\(place), to: \(other))"
    case .duplicate(let place, let other): ".duplicate(\(place), to: \(other))"
    case .close(let place): ".close(\(place))"
    case .reset(let place): ".reset(\(place))"
    case .abandon(let place): ".abandon(\(place))"
    case .listen(let place): ".listen(\(place))"
    case .connect(let place, let listener): ".connect(\(place), to: \(listener))"
    case .refuse(let place): ".refuse(\(place))"
    case .finishConnect(let place): ".finishConnect(\(place))"
    case .accept(let listener, let place): ".accept(\(listener), to: \(place))"
    case .read(let place, let count): ".read(\(place), \(count))"
    case .readPieces(let place, let count, let empty):
      ".readPieces(\(place), \(count), behind: \(empty))"
    case .drain(let place): ".drain(\(place))"
    case .write(let place, let count): ".write(\(place), \(count))"
    case .writePieces(let place, let count, let empty):
      ".writePieces(\(place), \(count), behind: \(empty))"
    case .fill(let place): ".fill(\(place))"
    case .shutdown(let place, let directions): ".shutdown(\(place), .\(directions))"
    case .sendUrgently(let place): ".sendUrgently(\(place))"
    case .receiveUrgently(let place): ".receiveUrgently(\(place))"
    case .sendDescriptor(let place): ".sendDescriptor(\(place))"
    case .readDescriptors(let place, let count): ".readDescriptors(\(place), \(count))"
    case .takeError(let place): ".takeError(\(place))"
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
    case .meetPolls(let place, let count): ".meetPolls(\(place), \(count))"
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
