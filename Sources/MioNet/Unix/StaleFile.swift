import CMioErrors
import CMioSocket
import MioCore

extension OwnedSource {
  /// Binds to an address, and replaces a stale file if `replacingStaleFile` is `true`.
  ///
  /// A file is stale if no socket serves it.
  borrowing func bind(
    to address: UnixAddress, as kind: SocketKind, replacingStaleFile: Bool
  ) throws(IOError) {
    do throws(IOError) {
      try descriptor.bind(to: address)
    } catch {
      guard replacingStaleFile, error.kind == .addressInUse, address.kind == .path,
        try address.isServed(as: kind) == false
      else { throw error }
      try address.removeFile()
      try descriptor.bind(to: address)
    }
  }
}

extension UnixAddress {
  /// Returns whether a socket serves the address, which a connect determines.
  fileprivate func isServed(as kind: SocketKind) throws(IOError) -> Bool {
    let client = try OwnedSource(creating: kind)
    var name = try name(for: .bind)
    let result = unsafe c_mio_connect(client.descriptor.rawValue, &name)
    return -result != C_MIO_ECONNREFUSED && -result != C_MIO_ENOENT
  }

  /// Removes the file, if it is the file of a socket.
  fileprivate func removeFile() throws(IOError) {
    var name = try name(for: .bind)
    let result = unsafe c_mio_remove_socket_file(&name)
    // Another process may have removed the file.
    if result < 0, -result != C_MIO_ENOENT { try IOError.raise(result, .bind) }
  }
}
