public import Synchronization

/// The object that a selector, its duplicates and all their wakers share.
///
/// It holds the pending wakes, and knows whether the poller has to be notified through the kernel.
/// A wake pushes its node on a lock-free stack. Then, only if the poller may be asleep, it signals
/// a kernel object. A backend adds the kernel object in a subclass. The algorithm is the same for
/// all backends:
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
/// The state of a node is cleared *before* its token is reported. So a later wake is a new wake,
/// and the waker's earlier memory writes are visible with the event. While a signal may still fail,
/// the poller does not count as woken. Other wakers then signal too, so none of them depends on a
/// signal that the system refuses.
@safe
open class WakeNotifier: @unchecked Sendable {
  // Safety of `@unchecked`: all state is atomic. Subclasses are responsible for their own state.

  /// The last known state of the poller, and its round.
  ///
  /// It is initially `asleep`, which is the safe value until the first poll with wakers changes it.
  let poller = Atomic<UInt>(PollerState.asleep.rawValue)

  @usableFromInline
  let stack = unsafe Atomic<Unmanaged<WakeNode>?>(nil)

  /// Whether polls have to check for wakes.
  ///
  /// It is true if a waker exists, if a duplicate of the registry exists (another thread can create
  /// a waker with it), or if other code watches the selector's own descriptor. If it is false,
  /// polls skip all of this. It cannot become true during such a poll, because polling borrows the
  /// registry.
  @usableFromInline
  let isActive = Atomic<Bool>(false)

  /// Whether code outside of the poll may watch the selector's own descriptor.
  @usableFromInline
  let isExposed = Atomic<Bool>(false)

  /// Creates a notifier without wakers.
  public init() {}

  deinit {
    unsafe WakeNode.releaseChain(popAll())
  }

  /// Makes the current wait of the selector return, or the next one.
  ///
  /// It is called from any thread, but only if a wait may be in progress or other code watches the
  /// selector's descriptor.
  ///
  /// - Throws: ``IOError`` if the kernel object refuses the signal. The wake is then not delivered
  ///   until the next wake or poll.
  open func signal() throws(IOError) {}

  /// Called by the polling thread before each wait if there are wakers.
  open func waitWillBegin() {}
}

extension WakeNotifier {
  /// Makes polls check for wakes from now on.
  @usableFromInline
  func enable() {
    isActive.store(true, ordering: .releasing)
  }

  /// Delivers `node` with the current poll or the next one.
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
      // The next wake of this waker has to signal again. If the poller has already taken the node,
      // the wake is delivered anyway, and this exchange does nothing.
      _ = node.state.compareExchange(
        expected: WakeNode.pending, desired: WakeNode.unsignaled,
        ordering: .sequentiallyConsistent)
      throw error
    }
  }

  /// Makes the poller check the stack before it waits, or ends its wait with a signal.
  private func tellPoller() throws(IOError) {
    let (told, round) = announceToPoller()
    let mustSignal = told == .signaling
    guard mustSignal || isExposed.load(ordering: .sequentiallyConsistent) else { return }
    do {
      try signal()
    } catch {
      // The poller is still asleep, unless another signal has reached it.
      move(.signaling, to: .asleep, in: round)
      throw error
    }
    if mustSignal { move(.signaling, to: .woken, in: round) }
  }

  /// Marks the poller as notified, and returns its new state and its round.
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

  /// Pushes a node on the stack, which retains it, so a wake outlives its waker.
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

  /// Marks the poller as asleep, so that wakers signal.
  ///
  /// Returns whether the poller may wait, because no wake has arrived.
  @usableFromInline
  func prepareToWait() -> Bool {
    let (state, round) = PollerState.split(poller.load(ordering: .sequentiallyConsistent))
    if state == .woken { return false }
    let (_, seen) = poller.compareExchange(
      expected: round | PollerState.running.rawValue, desired: round | PollerState.asleep.rawValue,
      ordering: .sequentiallyConsistent)
    return PollerState.split(seen).state != .woken && isStackEmpty
  }

  /// Begins the next round.
  ///
  /// A waker whose signal belongs to an earlier round does not change the state of the new round.
  @usableFromInline
  func finishWaiting() {
    // Only the poller changes the round.
    let round = PollerState.split(poller.load(ordering: .relaxed)).round &+ PollerState.nextRound
    poller.store(round | PollerState.running.rawValue, ordering: .sequentiallyConsistent)
  }

  var isStackEmpty: Bool {
    unsafe stack.load(ordering: .sequentiallyConsistent) == nil
  }

  /// Signals again if some wakes did not fit in a poll, for code that watches the selector's
  /// descriptor.
  ///
  /// A failure does not affect the poll itself: it does not sleep while it has such wakes.
  @usableFromInline
  func announceCarriedOver() {
    if isExposed.load(ordering: .sequentiallyConsistent) { try? signal() }
  }

  /// Makes every wake signal from now on, because other code may watch the selector's descriptor.
  @usableFromInline
  @inline(never)
  package func signalEveryWake(carriedOver: Bool) {
    if isExposed.exchange(true, ordering: .sequentiallyConsistent) { return }
    if carriedOver || !isStackEmpty { try? signal() }
  }

  /// Removes all pending nodes, and returns them newest first.
  func popAll() -> Unmanaged<WakeNode>? {
    unsafe stack.exchange(nil, ordering: .sequentiallyConsistent)
  }
}
