import CMioSocket
public import MioCore

/// A descriptor held in reserve, to reject connections when the process has no other descriptor
/// left.
///
/// Without a free descriptor the listener cannot even reject a connection, and the client waits.
/// The reserve closes its descriptor for a moment, so that the listener can accept each waiting
/// connection and close it immediately.
///
///     do throws(IOError) {
///       while let stream = try listener.accept() { … }
///     } catch where error.kind == .tooManyOpenFiles {
///       try reserve.turnAway(from: listener)
///       // More may wait, and no other event would report them.
///       try registry.reregister(listener, token: token, interest: .readable)
///     }
///
/// Another thread may take the free descriptor in that moment. In that case the call rejects no
/// more connections, and the next call first tries to open the reserve again.
public struct DescriptorReserve: ~Copyable, Sendable {
  private var held: Descriptor?

  /// Opens the null device, to hold its descriptor.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles`, or another from `open(2)`.
  public init() throws(IOError) {
    try refill()
  }

  deinit {
    if let held { _ = c_mio_close(held.rawValue) }
  }

  /// The maximum number of connections that one call rejects.
  public static var limit: Int { 1024 }

  /// Accepts the waiting connections and closes them immediately: over TCP with a reset.
  ///
  /// The call stops at ``limit``, so that peers that connect repeatedly cannot block the caller. It
  /// also stops if another thread takes the free descriptor. More connections may then wait, so the
  /// listener may not be drained: reregister it, which counts as an edge.
  ///
  /// - Parameter listener: The listener that cannot accept.
  /// - Returns: The number of rejected connections.
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` if another thread has taken the free
  ///   descriptor, or another from `accept(2)`.
  @discardableResult
  public mutating func turnAway<Listener: ListenerSocket & ~Copyable>(
    from listener: borrowing Listener
  ) throws(IOError) -> Int {
    if held == nil { try refill() }
    giveUp()
    do throws(IOError) {
      let count = try turnAwayAll(from: listener)
      try refill()
      return count
    } catch {
      // The caller gets the first error. If the reserve cannot be opened again now, the next call
      // retries.
      if held == nil { try? refill() }
      throw error
    }
  }

  private func turnAwayAll<Listener: ListenerSocket & ~Copyable>(
    from listener: borrowing Listener
  ) throws(IOError) -> Int {
    for count in 0..<DescriptorReserve.limit {
      do throws(IOError) {
        guard let connection = try listener.acceptOne() else { return count }
        reset(connection.descriptor)
      } catch {
        // A permanent error occurs again with the next call.
        if count > 0 { return count }
        throw error
      }
    }
    return DescriptorReserve.limit
  }

  /// Makes closing send a reset, because the peer could take an orderly end for an answer.
  ///
  /// If the option cannot be set, as on Apple's systems for a connection that has ended, closing is
  /// orderly.
  private func reset(_ connection: Descriptor) {
    try? SocketOption<Duration?>.linger.set(.zero, of: connection)
  }

  private mutating func refill() throws(IOError) {
    let result = try IOError.check(c_mio_open_reserve(), .open)
    held = Descriptor(rawValue: result)
  }

  private mutating func giveUp() {
    if let held { _ = c_mio_close(held.rawValue) }
    held = nil
  }
}
