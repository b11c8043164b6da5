public import Synchronization

/// What a selector, its duplicates and all their wakers share: who wants to be delivered, and
/// whether the poller has to be told through the kernel.
///
/// A wake pushes its node on a lock-free stack and then, only if the poller may be asleep, signals a
/// kernel object. Backends subclass the notifier with that object; the algorithm is here, once:
///
///     wake:  if exchange(node.state, pending) != pending:   // else: nothing more to do
///              push(node)
///              if poller is running: poller = woken
///              if poller is asleep or signaling: poller = signaling; signal(); poller = woken
///     poll:  if poller is woken, or the stack is not empty: do not wait
///            else: poller = asleep; wait
///            poller = running, in the next round
///            for node in popAll(): node.state = idle, then report its token
///
/// Clearing a node's state *before* reporting it makes a wake that comes later a new one, and what
/// its waker did before becomes visible with the event. While a signal may still fail, the poller is not
/// taken for woken: other wakers signal as well, so none of them relies on a signal that is refused.
@safe
open class WakeNotifier: @unchecked Sendable {
  // Safety of `@unchecked`: all state is atomic; subclasses answer for theirs.

  /// What the poller was last seen doing, and in which round.
  ///
  /// It starts as `asleep`, the careful answer, until the first poll with wakers says otherwise.
  let poller = Atomic<UInt>(PollerState.asleep.rawValue)

  @usableFromInline
  let stack = unsafe Atomic<Unmanaged<WakeNode>?>(nil)

  /// Whether there is a waker, or a duplicate of the registry, of which another thread can make one, or
  /// somebody who watches the selector's own descriptor.
  ///
  /// Polls skip all of this before. It cannot come true during one: polling borrows the registry.
  @usableFromInline
  let isActive = Atomic<Bool>(false)

  /// Whether somebody outside may watch the selector's own descriptor.
  @usableFromInline
  let isExposed = Atomic<Bool>(false)

  /// Creates a notifier without wakers.
  public init() {}

  deinit {
    unsafe WakeNode.releaseChain(popAll())
  }

  /// Makes a wait of the selector return, now or when it begins next.
  ///
  /// Called from any thread. Called only when a wait may be under way, or the selector's descriptor
  /// is watched elsewhere.
  ///
  /// - Throws: ``IOError`` when the kernel object refuses; the wake then stays undelivered until the
  ///   next wake or poll.
  open func signal() throws(IOError) {}

  /// Called by the polling thread before each wait, when there are wakers.
  open func waitWillBegin() {}
}

extension WakeNotifier {
  /// From now on polls ask the notifier.
  @usableFromInline
  func enable() {
    isActive.store(true, ordering: .releasing)
  }

  /// Delivers `node` with the poll under way or the next one.
  @inlinable
  func wake(_ node: WakeNode) throws(IOError) {
    let old = node.state.exchange(WakeNode.pending, ordering: .acquiringAndReleasing)
    if old != WakeNode.pending { try announce(node, push: old == WakeNode.idle) }
  }

  @usableFromInline
  @inline(never)
  func announce(_ node: WakeNode, push mustPush: Bool) throws(IOError) {
    if mustPush { push(node) }
    do {
      try tellPoller()
    } catch {
      // The next wake of this waker has to signal again. If the poller has taken the node meanwhile, the
      // wake is delivered all the same, and this exchange does nothing.
      _ = node.state.compareExchange(
        expected: WakeNode.pending, desired: WakeNode.unsignaled,
        ordering: .sequentiallyConsistent)
      throw error
    }
  }

  /// Sees to it that the poller looks at the stack: before it waits, or because a signal ends its wait.
  private func tellPoller() throws(IOError) {
    let (told, round) = announceToPoller()
    let mustSignal = told == .signaling
    guard mustSignal || isExposed.load(ordering: .sequentiallyConsistent) else { return }
    do {
      try signal()
    } catch {
      // The poller still sleeps, unless another signal has reached it.
      move(.signaling, to: .asleep, in: round)
      throw error
    }
    if mustSignal { move(.signaling, to: .woken, in: round) }
  }

  /// Returns what the poller is now, and in which round.
  private func announceToPoller() -> (PollerState, round: UInt) {
    var word = poller.load(ordering: .sequentiallyConsistent)
    while true {
      let (state, round) = PollerState.split(word)
      let told = state.told
      if told == state { return (state, round) }
      let (exchanged, original) = poller.compareExchange(
        expected: word, desired: round | told.rawValue, ordering: .sequentiallyConsistent)
      if exchanged { return (told, round) }
      word = original
    }
  }

  private func move(_ old: PollerState, to new: PollerState, in round: UInt) {
    _ = poller.compareExchange(
      expected: round | old.rawValue, desired: round | new.rawValue,
      ordering: .sequentiallyConsistent)
  }

  /// The stack keeps a node alive, so a wake outlives its waker.
  private func push(_ node: WakeNode) {
    let pushed = unsafe Unmanaged.passRetained(node)
    var top = unsafe stack.load(ordering: .relaxed)
    while true {
      unsafe node.next.store(top, ordering: .relaxed)
      let (exchanged, original) = unsafe stack.compareExchange(
        expected: top, desired: pushed, ordering: .sequentiallyConsistent)
      if exchanged { return }
      unsafe top = original
    }
  }

  /// Tells wakers that the poller is going to wait.
  ///
  /// Returns whether it may: no wake has come yet.
  @usableFromInline
  func prepareToWait() -> Bool {
    let (state, round) = PollerState.split(poller.load(ordering: .sequentiallyConsistent))
    if state == .woken { return false }
    let (_, seen) = poller.compareExchange(
      expected: round | PollerState.running.rawValue, desired: round | PollerState.asleep.rawValue,
      ordering: .sequentiallyConsistent)
    return PollerState.split(seen).state != .woken && isStackEmpty
  }

  /// Begins the next round, so that a waker which has not yet heard of its signal changes nothing in it.
  @usableFromInline
  func finishWaiting() {
    // Only the poller changes the round.
    let round = PollerState.split(poller.load(ordering: .relaxed)).round &+ PollerState.nextRound
    poller.store(round | PollerState.running.rawValue, ordering: .sequentiallyConsistent)
  }

  var isStackEmpty: Bool {
    unsafe stack.load(ordering: .sequentiallyConsistent) == nil
  }

  /// Makes wakes that a poll had no room for visible to whoever watches the selector's descriptor.
  ///
  /// A failure is of no consequence for the poll itself: it does not sleep over carried-over wakes.
  @usableFromInline
  func announceCarriedOver() {
    if isExposed.load(ordering: .sequentiallyConsistent) { try? signal() }
  }

  /// From now on every wake goes through the kernel, for others may watch the selector's descriptor.
  @usableFromInline
  @inline(never)
  func signalEveryWake(carriedOver: Bool) {
    if isExposed.exchange(true, ordering: .sequentiallyConsistent) { return }
    if carriedOver || !isStackEmpty { try? signal() }
  }

  /// Takes all pending nodes, newest first.
  func popAll() -> Unmanaged<WakeNode>? {
    unsafe stack.exchange(nil, ordering: .sequentiallyConsistent)
  }
}
