import CMioEpoll
import Loom
import MioCore

/// A kernel with epoll.
final class EpollKernel: ModelKernel {
  private var files: [EpollFile?] = []
  private var violations: [String] = []
  var refusals = 0
  /// The time, which advances when the timeout of a wait expires.
  private(set) var time: UInt64 = 0

  subscript(_ descriptor: Int32) -> EpollFile? {
    files.indices.contains(Int(descriptor)) ? files[Int(descriptor)] : nil
  }

  var remains: [String] {
    let open = files.compactMap { $0 }.filter { $0.kind != .source }
    return violations + open.map { "a \($0.kind) is open" }
  }

  func passTime() { time += 1_000_000_000_000 }
}

// MARK: - Descriptors

extension EpollKernel {
  func open(isReadable: Bool) -> Descriptor {
    let file = EpollFile(.source)
    file.isReadable = isReadable
    return Descriptor(open(file))
  }

  func open(_ file: EpollFile) -> Int32 {
    if let free = files.firstIndex(where: { $0 == nil }) {
      files[free] = file
      return Int32(free)
    }
    files.append(file)
    return Int32(files.count - 1)
  }

  func duplicate(_ descriptor: Int32) -> Int32 {
    guard let file = self[descriptor] else { return -9 }
    file.handles += 1
    return open(file)
  }

  func set(_ descriptor: Descriptor, isReadable: Bool) {
    guard let file = self[descriptor.fileDescriptor] else { return }
    file.isReadable = isReadable
    file.touch()
  }

  func close(_ descriptor: Descriptor) {
    _ = close(descriptor.fileDescriptor)
  }

  func close(_ descriptor: Int32) -> Int32 {
    guard let file = self[descriptor] else {
      violations.append("descriptor \(descriptor) is closed twice")
      return -9
    }
    files[Int(descriptor)] = nil
    file.handles -= 1
    if file.handles == 0 { file.end() }
    return 0
  }
}

// MARK: - Queues

extension EpollKernel {
  func control(
    _ queue: Int32, _ operation: Int32, _ descriptor: Int32, _ events: UInt32, _ data: UInt64
  ) -> Int32 {
    guard let queue = self[queue], let file = self[descriptor] else { return -9 }
    let old = queue.watched.first { $0.descriptor == descriptor && $0.file === file }
    if operation == C_MIO_EPOLL_CTL_ADD {
      if old != nil { return -17 }
      if refuses("EPOLL_CTL_ADD fails") { return -Int32(noMemory) }
      EpollWatch(queue, file, descriptor, events, data).begin()
      return 0
    }
    guard let old else { return -2 }
    if operation == C_MIO_EPOLL_CTL_MOD {
      old.change(events, data)
    } else {
      old.end()
    }
    return 0
  }

  func add(to descriptor: Int32) -> Int32 {
    guard let file = self[descriptor] else { return -9 }
    if refuses("write to eventfd fails") { return -Int32(noMemory) }
    file.count += 1
    file.touch()
    return 8
  }
}
