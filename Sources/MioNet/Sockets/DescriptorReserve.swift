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

  /// Accepts the connections that wait, and closes them at once: over TCP with a reset.
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
    var count = 0
    while let connection = try listener.acceptOne() {
      try reset(connection.descriptor)
      count += 1
    }
    return count
  }

  /// Sees to it that the peer gets a reset, not an orderly end that would look like an answer.
  private func reset(_ connection: Descriptor) throws(IOError) {
    do throws(IOError) {
      try SocketOption<Duration?>.linger.set(.zero, of: connection)
    } catch  where error.kind == .invalidArgument {
      // It is over already: Apple's systems set no option then.
    }
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
