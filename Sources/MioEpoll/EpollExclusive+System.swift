#if MIO_EPOLL_CALLS

import CMioEpoll
public import MioCore

extension Registry where S: ~Copyable {
  /// Begins to watch a source that other polls watch as well, and asks the system to wake one of them, or a
  /// few, instead of all: `EPOLLEXCLUSIVE`.
  ///
  /// So a listener can be registered with the polls of many threads, each through a duplicate of its
  /// descriptor, and a connection does not wake them all. It is a hint: more than one may be told, and one
  /// finds that nothing is left (`accept` returns `nil`).
  ///
  /// The system does not tell whether a peer has finished (`isReadClosed` comes with a hang-up only), and does not
  /// let the registration be changed: ``Registry/reregister(_:token:interest:mode:)`` throws `.invalidArgument`. Deregister
  /// and register anew.
  ///
  /// - Parameters:
  ///   - source: What to watch; not a poll.
  ///   - token: What its events carry.
  ///   - interest: `.readable`, `.writable` or both.
  ///   - mode: `.edge` or `.level`.
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``; `.unsupported` for another interest or
  ///   mode, `.invalidArgument` for a poll, and before Linux 4.5.
  /// - SeeAlso: `EPOLLEXCLUSIVE` in `epoll_ctl(2)`.
  public borrowing func registerExclusively<Target: DescriptorSource & ~Copyable>(
    _ source: borrowing Target, token: Token, interest: Interest, mode: TriggerMode = .edge
  ) throws(IOError) where S == EpollSelector {
    if interest.isEmpty { try IOError.raise(.invalidArgument, .register) }
    guard interest.isSubset(of: [.readable, .writable]), mode != .oneShot else {
      try IOError.raise(.unsupported, .register)
    }
    // The system takes no other bits beside the flag.
    let events = interest.epollEvents & ~C_MIO_EPOLLRDHUP | mode.epollFlags | C_MIO_EPOLLEXCLUSIVE
    try source.withRegistration { descriptor, state throws(IOError) in
      try register(state) { () throws(IOError) in
        try selector.backend.control(
          C_MIO_EPOLL_CTL_ADD, .register, descriptor, token, events: events)
      }
    }
  }
}

#endif
