import CMioErrors
import CMioSocket
import MioCore

extension ConnectableSocket where Self: ~Copyable {
  /// Returns the state of a connect.
  borrowing func connectStatus() throws(IOError) -> ConnectStatus {
    withRegistration { _, registration in registration.operationWillBegin(.writable) }
    try throwPendingError()
    var peer = c_mio_name()
    let named = unsafe c_mio_peer_name(descriptor.rawValue, &peer)
    if named >= 0 { return .connected }
    guard -named == C_MIO_ENOTCONN else { try IOError.raise(named, .connect) }

    // The connect is in progress or has ended. A socket that is still connecting is not writable.
    let state = c_mio_connect_state(descriptor.rawValue)
    if state < 0 { try IOError.raise(state, .connect) }
    if state == C_MIO_CONNECT_DEFERRED { return .connected }
    if state == C_MIO_CONNECT_PENDING {
      withRegistration { _, registration in registration.wouldBlock(.writable) }
      return .pending
    }
    // The connect may have ended between the two queries.
    try throwPendingError()
    if unsafe c_mio_peer_name(descriptor.rawValue, &peer) >= 0 { return .connected }
    try IOError.raise(named, .connect)
  }

  private borrowing func throwPendingError() throws(IOError) {
    let code = try takeErrorCode(.connect)
    if code != 0 { try IOError.raise(-Int(code), .connect) }
  }
}
