import MioCore

extension Model {
  /// Whether the operation makes sense now.
  func allows(_ operation: Operation) -> Bool {
    guard knowledge.includes(operation) else { return false }
    return switch operation {
    case .open(_, let first, let second):
      first != second && places[first] == nil && places[second] == nil
    case .openSocket(_, let place): places[place] == nil
    case .openWriter(let place, let other): file(at: place)?.isFIFO == true && places[other] == nil
    case .duplicate(let place, let other): file(at: place)?.hasPeer == true && places[other] == nil
    case .close(let place): places[place] != nil
    case .listen(let place): file(at: place)?.kind == .socket
    case .connect(let place, let other):
      file(at: place)?.kind == .socket
        && file(at: other).map { $0.kind == .listener && $0.backlog.count < 8 } == true
    case .refuse(let place): file(at: place)?.kind == .socket
    case .finishConnect(let place): file(at: place)?.kind == .tcp
    case .accept(let place, let other): file(at: place)?.kind == .listener && places[other] == nil
    case .read, .readPieces, .readDescriptors, .drain: allowsReading(operation)
    case .fill(let place):
      // The model does not know when a full TCP stream has space again.
      [.unix, .sender].contains(file(at: place)?.kind)
    case .reset(let place): file(at: place)?.kind == .tcp
    case .abandon(let place):
      places[place]?.isBorrowed == true && file(at: place)?.holders == 1
        && (latitude.noticesClosing || !isRegisteredAlive(place))
    case .write(let place, let count): allowsWriting(place, count)
    case .writePieces(let place, let count, _):
      places[place]?.isBorrowed == false && file(at: place)?.kind != .unheard
        && allowsWriting(place, count)
    case .sendDescriptor(let place):
      isOwnUnix(place) && peer(at: place).map { $0.descriptors.count < 4 } == true
    case .shutdown(let place, let directions):
      switch file(at: place)?.kind {
      case .unix: true
      // The model does not cover bytes that arrive after a TCP stream was shut down for reading.
      case .tcp: directions == .write
      default: false
      }
    case .sendUrgently(let place): allowsUrgency(place)
    case .receiveUrgently(let place):
      latitude.knowsPriority && file(at: place).map { $0.kind == .tcp && !$0.isReset } == true
    case .takeError(let place):
      places[place]?.isBorrowed == false && ![.receiver, .sender].contains(file(at: place)?.kind)
    case .meetPolls(let place, _): places[place] != nil && !isRegisteredAlive(place)
    case .register(let place, _, _, let registry), .reregister(let place, _, _, let registry),
      .deregister(let place, let registry):
      places[place] != nil && registries[registry] != nil
    case .registerTwin(let place, let registry):
      places[place] != nil && registries[registry] != nil
        && !(latitude.replacesNumbers && places[place]?.registration?.isSpent == true)
    case .duplicateRegistry(let registry, let other):
      registries[registry] != nil && registries[other] == nil
    case .dropRegistry(let registry): registries[registry] != nil
    case .replacePoll, .poll, .takeTurns: true
    case .makeWaker(let waker, let registry): wakers[waker] == nil && registries[registry] != nil
    case .wake(let waker), .dropWaker(let waker): wakers[waker] != nil
    }
  }

  private func allowsReading(_ operation: Operation) -> Bool {
    switch operation {
    case .read(let place, let count):
      // A read into an empty buffer is tested only with sources of Mio, not with raw descriptors.
      isReader(place)
        && (count > 0 || places[place]?.isBorrowed == false && file(at: place)?.kind != .unheard)
    case .readPieces(let place, _, _):
      isReader(place) && places[place]?.isBorrowed == false && file(at: place)?.kind != .unheard
    case .readDescriptors(let place, _): isOwnUnix(place)
    case .drain(let place): isReader(place)
    default: false
    }
  }

  private func isReader(_ place: Int) -> Bool {
    [.unix, .receiver, .tcp, .unheard].contains(file(at: place)?.kind)
  }

  private func isOwnUnix(_ place: Int) -> Bool {
    places[place]?.isBorrowed == false && file(at: place)?.kind == .unix
  }

  private func isRegisteredAlive(_ place: Int) -> Bool {
    places[place]?.registration.map { isAlive($0.selector) } == true
  }

  private func allowsWriting(_ place: Int, _ count: Int) -> Bool {
    guard let file = file(at: place), let peer = peer(at: place) else { return false }
    return switch file.kind {
    case .receiver, .socket, .listener: false
    case .tcp: peer.inbound + count <= 32 * 1024
    default: true
    }
  }

  private func allowsUrgency(_ place: Int) -> Bool {
    guard latitude.knowsPriority, let file = file(at: place), let peer = peer(at: place),
      file.kind == .tcp
    else { return false }
    // A new urgent byte can replace one that was received, unless bytes precede that one.
    let isFree = peer.urgentPosition == nil || peer.isUrgentTaken && peer.urgentPosition == 0
    return !file.isShut && !file.isReset && peer.holders > 0 && isFree
  }

  /// Returns the registry from which a source has to be deregistered before it is closed, if there
  /// is one.
  ///
  /// Without that the system would still watch the file: a duplicate may keep the file open, the
  /// descriptor may be closed without its source, or the selector may not notice that a descriptor
  /// is closed.
  func registryToDeregister(_ place: Int) -> Int? {
    guard let source = places[place], let registration = source.registration,
      source.isBorrowed || kernel.files[source.file].holders > 1 || !latitude.noticesClosing
    else { return nil }
    return registries.firstIndex(of: registration.selector)
  }
}
