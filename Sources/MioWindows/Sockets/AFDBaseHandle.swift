import CMioErrors
import CMioWindows

/// The maximum number of providers in the chain of one socket: `MAX_PROTOCOL_CHAIN`.
private let longestChain = 7

extension AFDCalls {
  /// Returns the handle by which AFD knows a socket, or a negated error code.
  ///
  /// Layered service providers put their own handles in front of this handle. They must not
  /// intercept `SIO_BASE_HANDLE`, but some do. Such a provider returns the handle one layer below
  /// for another control, and from that layer the base handle may be visible.
  func baseHandle(of socket: Int) -> Int {
    let base = handle(of: socket, by: C_MIO_SIO_BASE_HANDLE)
    // A handle that is not a socket has no layer below it.
    if base >= 0 || -base == C_MIO_ENOTSOCK { return base }
    var lowest = socket
    for _ in 0..<longestChain {
      // If a handle has no layer below it, it is the lowest available one. If AFD does not know it,
      // the poll fails.
      guard let below = handle(below: lowest) else { return lowest == socket ? base : lowest }
      let found = handle(of: below, by: C_MIO_SIO_BASE_HANDLE)
      if found >= 0 { return found }
      lowest = below
    }
    // The chain is a cycle.
    return base
  }

  /// Returns the handle one layer below, or `nil` if no control returns a different handle.
  private func handle(below socket: Int) -> Int? {
    for control in [
      C_MIO_SIO_BSP_HANDLE_SELECT, C_MIO_SIO_BSP_HANDLE_POLL, C_MIO_SIO_BSP_HANDLE,
    ] {
      let below = handle(of: socket, by: control)
      if below >= 0 && below != socket { return below }
    }
    return nil
  }
}
