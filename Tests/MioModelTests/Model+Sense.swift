import MioCore

extension Model {
  /// Whether the operation makes sense now.
  func allows(_ operation: Operation) -> Bool {
    switch operation {
    case .open(_, let first, let second):
      first != second && places[first] == nil && places[second] == nil
    case .duplicate(let place, let other): places[place] != nil && places[other] == nil
    case .close(let place): places[place] != nil
    case .read(let place, _), .drain(let place):
      file(at: place).map { $0.kind != .sender } ?? false
    case .fill(let place):
      // A TCP stream that is full makes room when it likes.
      file(at: place).map { $0.kind != .receiver && $0.kind != .tcp } ?? false
    case .reset(let place): file(at: place)?.kind == .tcp
    case .abandon(let place):
      places[place]?.isBorrowed == true && file(at: place)?.holders == 1
    case .write(let place, let count): allowsWriting(place, count)
    case .shutdown(let place, let directions):
      switch file(at: place)?.kind {
      case .unix: true
      // What arrives when reading is shut down is a matter of its own.
      case .tcp: directions == .write
      default: false
      }
    case .sendUrgently(let place): allowsUrgency(place)
    case .register(let place, _, _, let registry), .reregister(let place, _, _, let registry),
      .deregister(let place, let registry), .registerTwin(let place, let registry):
      places[place] != nil && registries[registry] != nil
    case .duplicateRegistry(let registry, let other):
      registries[registry] != nil && registries[other] == nil
    case .dropRegistry(let registry): registries[registry] != nil
    case .replacePoll, .poll, .takeTurns: true
    case .makeWaker(let waker, let registry): wakers[waker] == nil && registries[registry] != nil
    case .wake(let waker), .dropWaker(let waker): wakers[waker] != nil
    }
  }

  private func allowsWriting(_ place: Int, _ count: Int) -> Bool {
    guard let file = file(at: place), let peer = peer(at: place) else { return false }
    return switch file.kind {
    case .receiver: false
    case .tcp: peer.inbound + count <= 32 * 1024
    default: true
    }
  }

  private func allowsUrgency(_ place: Int) -> Bool {
    guard let file = file(at: place), let peer = peer(at: place), file.kind == .tcp else {
      return false
    }
    return !file.isShut && !file.isReset && peer.holders > 0 && peer.urgentPosition == nil
  }

  /// The registry by which a source has to be deregistered before it is closed: the system would go on
  /// to watch what a duplicate stands for, or what is closed behind the back of its source.
  func registryToDeregister(_ place: Int) -> Int? {
    guard let source = places[place], let registration = source.registration,
      source.isBorrowed || kernel.files[source.file].holders > 1
    else { return nil }
    return registries.firstIndex(of: registration.selector)
  }
}
