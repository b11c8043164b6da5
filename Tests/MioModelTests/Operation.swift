import MioCore

/// One step of a random sequence.
///
/// Steps are values, and refer to all objects by small numbers. A sequence, or a part of it, can
/// therefore be repeated from a list. A step that is not possible in its place is skipped, so every
/// part of a sequence is a sequence.
enum Operation: Hashable, Sendable {
  /// Opens a channel, and stores its ends in two empty places.
  case open(ChannelKind, Int, Int)
  /// Opens a socket without a peer, and stores it in an empty place.
  case openSocket(SocketKind, Int)
  /// Opens a FIFO again for writing, and stores the writer in an empty place. A place holds the
  /// reader.
  case openWriter(Int, to: Int)
  /// Duplicates the descriptor of a source into another empty place.
  case duplicate(Int, to: Int)
  /// Closes a source. Before that it is deregistered if the system requires it.
  case close(Int)
  /// Closes a TCP stream so that its peer is reset.
  case reset(Int)
  /// Closes a borrowed descriptor without its source, which may be registered.
  case abandon(Int)

  /// Makes a TCP socket a listener.
  case listen(Int)
  /// Connects a TCP socket to a listener.
  case connect(Int, to: Int)
  /// Connects a TCP socket to a port without a listener.
  case refuse(Int)
  /// Queries the status of the connect.
  case finishConnect(Int)
  /// Accepts a connection, and stores it in an empty place.
  case accept(Int, to: Int)

  /// Reads once.
  case read(Int, Int)
  /// Reads once into several buffers. This number of empty buffers comes first.
  case readPieces(Int, Int, behind: Int)
  /// Reads until the source would block or ends.
  case drain(Int)
  /// Writes once.
  case write(Int, Int)
  /// Writes several buffers once. This number of empty buffers comes first.
  case writePieces(Int, Int, behind: Int)
  /// Writes until it would block.
  case fill(Int)
  /// Shuts down one direction or both.
  case shutdown(Int, ShutdownDirections)
  /// Sends a byte of urgent data.
  case sendUrgently(Int)
  /// Receives the byte of urgent data.
  case receiveUrgently(Int)
  /// Writes a byte with a descriptor.
  case sendDescriptor(Int)
  /// Reads once, including the descriptors.
  case readDescriptors(Int, Int)
  /// Takes the pending error.
  case takeError(Int)

  /// Registers a source with a registry.
  case register(Int, Interest, TriggerMode, by: Int)
  /// Replaces a registration.
  case reregister(Int, Interest, TriggerMode, by: Int)
  /// Ends a registration.
  case deregister(Int, by: Int)
  /// Registers a second source of the same descriptor, and deregisters it if that succeeded.
  case registerTwin(Int, by: Int)

  /// Duplicates a registry.
  case duplicateRegistry(Int, to: Int)
  /// Destroys a duplicate of a registry.
  case dropRegistry(Int)
  /// Destroys a poll, and creates another one.
  case replacePoll(Int)
  /// Creates this number of polls, one after the other, and registers a source with each. Every
  /// second registration is ended; the other polls are destroyed with their registrations.
  case meetPolls(Int, Int)

  /// Creates a waker.
  case makeWaker(Int, by: Int)
  /// Wakes.
  case wake(Int)
  /// Destroys a waker.
  case dropWaker(Int)

  /// Polls without waiting, or with a timeout if an event must be reported.
  case poll(Int, capacity: Int, waits: Bool = false)
  /// Wakes all wakers, and polls with a capacity of one event, until every source had its turn.
  case takeTurns(Int)
}

/// The kind of a channel.
enum ChannelKind: Hashable, Sendable, CaseIterable {
  /// A pair of Unix streams.
  case unix
  /// A pair of Unix streams as raw descriptors, which the sources do not own.
  case borrowed
  /// A pipe whose first end writes.
  case pipe
  /// A FIFO whose first end writes. The second end is open for reading only.
  case fifo
  /// A FIFO whose first end writes. The second end is open for reading and writing.
  case lastingFIFO
  /// A TCP connection over loopback.
  case tcp
}

/// The kind of a socket without a peer.
enum SocketKind: Hashable, Sendable, CaseIterable {
  /// A TCP socket that neither listens nor is connected yet.
  case tcp
  /// A UDP socket whose peer does not exist. Its messages cause an error.
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
