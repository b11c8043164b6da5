import CMioErrors
import CMioKqueue
import Loom
import MioCore
import MioKqueue

/// A kernel with kqueues, as the manuals of FreeBSD and Darwin describe them.
///
/// It can be made without `EVFILT_USER`, as on OpenBSD.
final class KqueueKernel: ModelKernel {
  let features: KqueueFeatures
  var refusals = 0
  private(set) var time: UInt64 = 0

  private var queues: [Int32: KqueueModel] = [:]
  private var pipes: Set<Int32> = []
  private var sources: Set<Int32> = []
  /// The readable descriptors, except for queues.
  private var readable: Set<UInt> = []
  private var nextDescriptor: Int32 = 1000
  private var violations: [String] = []

  init(features: KqueueFeatures = [.userEvents, .forgetsClosed]) {
    self.features = features
  }

  func passTime() { time += 1_000_000_000_000 }

  var remains: [String] {
    violations + queues.keys.map { "the kqueue \($0) is open" }
      + pipes.map { "the pipe's end \($0) is open" }
  }

  /// Returns a queue, or `nil` if the descriptor is not that of a queue.
  func queue(_ descriptor: Int32) -> KqueueModel? { queues[descriptor] }
}

// MARK: - Sources

extension KqueueKernel {
  func open(isReadable: Bool) -> Descriptor {
    let free = (0..<100).first { !sources.contains($0) } ?? 100
    sources.insert(free)
    set(Descriptor(free), isReadable: isReadable)
    return Descriptor(free)
  }

  func set(_ descriptor: Descriptor, isReadable: Bool) {
    set(UInt(descriptor.rawValue), isReadable: isReadable)
  }

  func close(_ descriptor: Descriptor) {
    sources.remove(descriptor.fileDescriptor)
    forget(UInt(descriptor.rawValue))
  }

  private func set(_ ident: UInt, isReadable: Bool) {
    if isReadable { readable.insert(ident) } else { readable.remove(ident) }
    for queue in queues.values {
      if isReadable { queue.activate(ident) } else { queue.deactivate(ident) }
    }
  }

  private func forget(_ ident: UInt) {
    set(ident, isReadable: false)
    for queue in queues.values { queue.forget(ident) }
  }

  func isReadable(_ ident: UInt) -> Bool {
    readable.contains(ident) || queues[Int32(truncatingIfNeeded: ident)]?.hasActive == true
  }
}

// MARK: - Objects of selectors

extension KqueueKernel {
  func openQueue() -> Int32 {
    nextDescriptor += 1
    let descriptor = nextDescriptor
    queues[descriptor] = KqueueModel(self) { [unowned self] in
      // The watchers of the queue look again.
      for queue in queues.values { queue.activate(UInt(descriptor)) }
    }
    return descriptor
  }

  /// Opens a pipe: the number of the reading end precedes that of the writing end.
  func openPipe() -> (Int32, Int32) {
    nextDescriptor += 2
    pipes.formUnion([nextDescriptor - 1, nextDescriptor])
    return (nextDescriptor - 1, nextDescriptor)
  }

  func writeToPipe(_ end: Int32) { set(UInt(end - 1), isReadable: true) }

  func drainPipe(_ end: Int32) { set(UInt(end), isReadable: false) }

  func close(_ descriptor: Int32) -> Int32 {
    if queues.removeValue(forKey: descriptor) == nil, pipes.remove(descriptor) == nil {
      violations.append("descriptor \(descriptor) is closed twice")
      return -Int32(C_MIO_EBADF)
    }
    forget(UInt(descriptor))
    return 0
  }
}
