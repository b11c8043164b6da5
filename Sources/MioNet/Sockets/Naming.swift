import CMioErrors
import CMioSocket
import MioCore

// Operations with addresses. They extend the descriptor because a socket that is being created has
// no type yet.
extension Descriptor {
  func bind(to address: some SystemAddress) throws(IOError) {
    var name = try address.name(for: .bind)
    try unsafe IOError.check(c_mio_bind(rawValue, &name), .bind)
  }

  func connect(to address: some SystemAddress) throws(IOError) {
    let result = try connectResult(address)
    // For an internet socket the code means that no port is free. For a Unix socket the same code
    // means that the backlog of the listener is full.
    if -result == C_MIO_EAGAIN, c_mio_lacks_port(rawValue) != 0 {
      throw IOError(.addressNotAvailable, operation: .connect, code: Int32(-result))
    }
    try IOError.check(result, .connect)
  }

  /// Connects to a Unix socket, which either succeeds or fails immediately.
  ///
  /// Returns whether the connect failed because the backlog of the listener is full.
  func isBacklogFull(at address: UnixAddress) throws(IOError) -> Bool {
    let result = try connectResult(address)
    if -result == C_MIO_EAGAIN || -result == C_MIO_EWOULDBLOCK { return true }
    try IOError.check(result, .connect)
    return false
  }

  private func connectResult(_ address: some SystemAddress) throws(IOError) -> Int {
    var name = try address.name(for: .connect)
    return unsafe c_mio_connect(rawValue, &name)
  }

  func listen(backlog: Int32) throws(IOError) {
    try IOError.check(c_mio_listen(rawValue, backlog), .listen)
  }
}
