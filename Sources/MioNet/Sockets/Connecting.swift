import CMioErrors
import CMioSocket
import MioCore

extension ConnectableSocket where Self: ~Copyable {
  /// Finds out how a connect went.
  borrowing func connectStatus() throws(IOError) -> ConnectStatus {
    withRegistration { _, registration in registration.operationWillBegin(.writable) }
    try throwPendingError()
    var peer = c_mio_name()
    let named = unsafe c_mio_peer_name(descriptor.rawValue, &peer)
    if named >= 0 { return .connected }
    guard -named == C_MIO_ENOTCONN else { try IOError.raise(named, .connect) }

    // Still under way, or over: a socket that still connects is not writable.
    let state = c_mio_connect_state(descriptor.rawValue)
    if state < 0 { try IOError.raise(state, .connect) }
    if state == C_MIO_CONNECT_DEFERRED { return .connected }
    if state == C_MIO_CONNECT_PENDING {
      withRegistration { _, registration in registration.wouldBlock(.writable) }
      return .pending
    }
    // It may have come to its end between the questions.
    try throwPendingError()
    if unsafe c_mio_peer_name(descriptor.rawValue, &peer) >= 0 { return .connected }
    try IOError.raise(named, .connect)
  }

  private borrowing func throwPendingError() throws(IOError) {
    let code = try takeErrorCode(.connect)
    if code != 0 { try IOError.raise(-Int(code), .connect) }
  }
}
