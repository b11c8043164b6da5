#if MIO_EPOLL_CALLS

import CMioEpoll
public import MioCore

extension Registry where S: ~Copyable {
  /// Registers a source that other polls also watch, so that an event does not wake all of them.
  ///
  /// It sets `EPOLLEXCLUSIVE`: the system wakes one of the polls, or a few. So a listener can be
  /// registered with the polls of many threads, each through a duplicate of its descriptor, and a
  /// connection does not wake them all. This is a hint. The system may wake more than one poll, and
  /// `accept` may then return `nil`.
  ///
  /// The system does not report that a peer has finished: `isReadClosed` is reported with a hang-up
  /// only. The registration cannot be replaced: ``Registry/reregister(_:token:interest:mode:)``
  /// throws `.invalidArgument`. Deregister the source and register it again.
  ///
  /// - Parameters:
  ///   - source: The source to watch. It cannot be a poll.
  ///   - token: The token of its events.
  ///   - interest: `.readable`, `.writable` or both.
  ///   - mode: `.edge` or `.level`.
  /// - Throws: ``IOError``, as ``Registry/register(_:token:interest:mode:)``. The kind is
  ///   `.unsupported` for another interest or mode, and `.invalidArgument` for a poll. Linux before
  ///   4.5 ignores the flag, and registers the source as usual.
  /// - SeeAlso: `EPOLLEXCLUSIVE` in `epoll_ctl(2)`.
  public borrowing func registerExclusively<Target: DescriptorSource & ~Copyable>(
    _ source: borrowing Target, token: Token, interest: Interest, mode: TriggerMode = .edge
  ) throws(IOError) where S == EpollSelector {
    if interest.isEmpty { try IOError.raise(.invalidArgument, .register) }
    guard interest.isSubset(of: [.readable, .writable]), mode != .oneShot else {
      try IOError.raise(.unsupported, .register)
    }
    // The system accepts no other bits beside this flag.
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
