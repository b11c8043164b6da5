import CMioErrors
import CMioWindows

/// How many providers one socket can have above each other: `MAX_PROTOCOL_CHAIN`.
private let longestChain = 7

extension AFDCalls {
  /// The handle that AFD knows a socket by, or a negated error code.
  ///
  /// Layered service providers put handles of their own before it, and are not to intercept
  /// `SIO_BASE_HANDLE`. Some do all the same, and then answer another control with what is one layer below;
  /// asked from there, the bottom may be seen.
  func baseHandle(of socket: Int) -> Int {
    let base = handle(of: socket, by: C_MIO_SIO_BASE_HANDLE)
    // Of what is no socket nothing can be below.
    if base >= 0 || -base == C_MIO_ENOTSOCK { return base }
    var lowest = socket
    for _ in 0..<longestChain {
      // What answers no more is the lowest that can be had; the poll tells if AFD does not know it.
      guard let below = handle(below: lowest) else { return lowest == socket ? base : lowest }
      let found = handle(of: below, by: C_MIO_SIO_BASE_HANDLE)
      if found >= 0 { return found }
      lowest = below
    }
    // They go round in a circle.
    return base
  }

  /// The handle one layer below; `nil` if there is none that differs.
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
