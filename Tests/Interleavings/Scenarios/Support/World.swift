import Loom
import MioCore

/// A kernel with its selectors and sources, with which a scenario begins.
final class World<S: Selector & ~Copyable> {
  let kernel: any ModelKernel
  private let makeSelector: () throws -> S
  private let open: (_ isReadable: Bool) -> SharedSource

  init(
    _ kernel: any ModelKernel, open: ((_ isReadable: Bool) -> SharedSource)? = nil,
    makeSelector: @escaping () throws -> S
  ) {
    self.kernel = kernel
    self.makeSelector = makeSelector
    self.open = open ?? { KernelSource(kernel, isReadable: $0) }
  }

  func makePoller(capacity: Int = 4) throws -> Poller<S> {
    try Poller(makeSelector(), capacity: capacity)
  }

  func makeSource(isReadable: Bool = false) -> SharedSource { open(isReadable) }

  /// Checks that no object exists after everything was destroyed.
  func checkRemains() {
    let remains = kernel.remains
    Loom.check(remains.isEmpty, "left: \(remains.joined(separator: ", "))")
  }
}

/// A selector over which scenarios run.
struct Backend<S: Selector & ~Copyable> {
  let name: String
  let makeWorld: () -> World<S>

  /// Makes a scenario over this selector, and checks that all objects were closed afterwards.
  func scenario(
    _ family: String, _ what: String, isLong: Bool = false,
    _ body: @escaping (_ threads: Threads, _ world: World<S>) throws -> Void
  ) -> Scenario {
    Scenario("\(family)/\(name)/\(what)", isLong: isLong) { threads in
      let world = makeWorld()
      try body(threads, world)
      world.checkRemains()
    }
  }
}
