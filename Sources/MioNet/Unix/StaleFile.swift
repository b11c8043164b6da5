import CMioErrors
import CMioSocket
import MioCore

extension OwnedSource {
  /// Binds to an address; where only a file is in the way whose socket nobody serves, in its place.
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
  /// Whether somebody has the address: connecting finds out.
  fileprivate func isServed(as kind: SocketKind) throws(IOError) -> Bool {
    let client = try OwnedSource(creating: kind)
    var name = try name(for: .bind)
    let result = unsafe c_mio_connect(client.descriptor.rawValue, &name)
    return -result != C_MIO_ECONNREFUSED && -result != C_MIO_ENOENT
  }

  /// Removes the file, if it is a socket's.
  fileprivate func removeFile() throws(IOError) {
    var name = try name(for: .bind)
    let result = unsafe c_mio_remove_socket_file(&name)
    // Somebody else may have done so.
    if result < 0, -result != C_MIO_ENOENT { try IOError.raise(result, .bind) }
  }
}
