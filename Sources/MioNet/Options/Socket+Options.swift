import CMioSocket
public import MioCore

extension Socket where Self: ~Copyable {
  /// Returns an option's value.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` where the system or the socket has no such
  ///   option.
  /// - SeeAlso: `getsockopt(2)`.
  public borrowing func value<Value: SocketOptionValue>(
    of option: SocketOption<Value>
  ) throws(IOError) -> Value {
    try option.value(of: descriptor)
  }

  /// Sets an option.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` where the system or the socket has no such
  ///   option, `.invalidArgument` for a value that is out of range.
  /// - SeeAlso: `setsockopt(2)`.
  public borrowing func set<Value: SocketOptionValue>(
    _ option: SocketOption<Value>, to value: Value
  ) throws(IOError) {
    try option.set(value, of: descriptor)
  }

  /// Reads the bytes of an option whose value is a record.
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The option's number.
  ///   - bytes: Where to read to.
  /// - Returns: How many bytes there are.
  /// - Throws: ``IOError``, `.unsupported` among others.
  /// - SeeAlso: `getsockopt(2)`. For numbers there is ``SocketOption/init(level:name:)``.
  @unsafe
  public borrowing func readOption(
    level: Int32, name: Int32, into bytes: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int {
    let option = c_mio_option(level: level, name: name)
    let result = unsafe c_mio_get_option(
      descriptor.rawValue, option, bytes.baseAddress, bytes.count)
    if result < 0 { try IOError.raise(result, .getOption) }
    return result
  }

  /// Sets an option whose value is a record.
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The option's number.
  ///   - bytes: The record.
  /// - Throws: ``IOError``, `.unsupported` among others.
  /// - SeeAlso: `setsockopt(2)`. For numbers there is ``SocketOption/init(level:name:)``.
  @unsafe
  public borrowing func writeOption(
    level: Int32, name: Int32, from bytes: UnsafeRawBufferPointer
  ) throws(IOError) {
    let option = c_mio_option(level: level, name: name)
    let result = unsafe c_mio_set_option(
      descriptor.rawValue, option, bytes.baseAddress, bytes.count)
    if result < 0 { try IOError.raise(result, .setOption) }
  }
}
