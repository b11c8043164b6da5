import CMioSocket
public import MioCore

/// A descriptor held in reserve, to turn connections away when there is no other left.
///
/// Without descriptors a connection cannot even be refused: it waits, and its client with it. The
/// reserve is given up for a moment, so that waiting connections can be accepted and closed at once.
///
///     do throws(IOError) {
///       while let stream = try listener.accept() { … }
///     } catch where error.kind == .tooManyOpenFiles {
///       try reserve.turnAway(from: listener)
///     }
///
/// Another thread may take the reserve while it is given up; then nothing more is turned away, and the
/// next call tries to get it back first.
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

  /// How many connections one call turns away at most.
  public static var limit: Int { 1024 }

  /// Accepts the connections that wait, and closes them at once: over TCP with a reset.
  ///
  /// It stops at ``limit``, so that peers who connect again and again do not keep the caller. More may wait
  /// then: call it again.
  ///
  /// - Parameter listener: The listener that cannot accept.
  /// - Returns: How many were turned away.
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles` when somebody else has taken the reserve,
  ///   or another from `accept(2)`.
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
      // What failed is told; getting the reserve back may have to wait for the next call.
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
        // An error that stays comes again with the next call.
        if count > 0 { return count }
        throw error
      }
    }
    return DescriptorReserve.limit
  }

  /// Sees to it that the peer gets a reset, not an orderly end that would look like an answer.
  ///
  /// Where the option cannot be set, as on Apple's systems for a connection that is over, it ends in order.
  private func reset(_ connection: Descriptor) {
    try? SocketOption<Duration?>.linger.set(.zero, of: connection)
  }

  private mutating func refill() throws(IOError) {
    let result = c_mio_open_reserve()
    if result < 0 { try IOError.raise(result, .open) }
    held = Descriptor(rawValue: result)
  }

  private mutating func giveUp() {
    if let held { _ = c_mio_close(held.rawValue) }
    held = nil
  }
}
