import CMioSocket
public import MioCore

extension Socket where Self: ~Copyable {
  /// Returns the value of an option.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` if the system or the socket does not have
  ///   the option.
  /// - SeeAlso: `getsockopt(2)`.
  public borrowing func value<Value>(
    of option: SocketOption<Value>
  ) throws(IOError) -> Value {
    try option.value(of: descriptor)
  }

  /// Sets an option.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` if the system or the socket does not have
  ///   the option, or `.invalidArgument` for a value that is out of range.
  /// - SeeAlso: `setsockopt(2)`.
  public borrowing func set<Value>(
    _ option: SocketOption<Value>, to value: Value
  ) throws(IOError) {
    try option.set(value, of: descriptor)
  }
}

// MARK: - By level and number

extension Socket where Self: ~Copyable {
  /// Reads the bytes of an option whose value is a record or a text.
  ///
  ///     let count = try socket.readOption(level: SOL_SOCKET, name: SO_BINDTODEVICE, into: &bytes)
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The number of the option.
  ///   - bytes: The destination.
  /// - Returns: The number of bytes of the value.
  /// - Throws: ``IOError`` with the kind `.unsupported`, or another.
  /// - SeeAlso: `getsockopt(2)`. For a number use ``SocketOption``.
  public borrowing func readOption(
    level: Int32, name: Int32, into bytes: inout MutableSpan<UInt8>
  ) throws(IOError) -> Int {
    try unsafe bytes.withUnsafeMutableBufferPointer { bytes throws(IOError) in
      try unsafe readOption(level: level, name: name, into: UnsafeMutableRawBufferPointer(bytes))
    }
  }

  /// Reads the bytes of an option into memory.
  ///
  /// - Returns: As reading into a span.
  /// - Throws: ``IOError``, as reading into a span.
  /// - SeeAlso: `getsockopt(2)`.
  @unsafe
  public borrowing func readOption(
    level: Int32, name: Int32, into bytes: UnsafeMutableRawBufferPointer
  ) throws(IOError) -> Int {
    // No value is longer than the largest size that the system can express.
    let result = unsafe c_mio_get_option(
      descriptor.rawValue, c_mio_option(level: level, name: name, way: C_MIO_OPTION_PLAIN),
      bytes.baseAddress, min(bytes.count, largestOptionSize))
    try IOError.check(result, .getOption)
    return result
  }

  /// Sets an option whose value is a record or a text.
  ///
  ///     let name = ContiguousArray("eth0".utf8)
  ///     try socket.writeOption(level: SOL_SOCKET, name: SO_BINDTODEVICE, from: name.span)
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The number of the option.
  ///   - bytes: The value.
  /// - Throws: ``IOError`` with the kind `.unsupported`, or another.
  /// - SeeAlso: `setsockopt(2)`. For a number use ``SocketOption``.
  public borrowing func writeOption(
    level: Int32, name: Int32, from bytes: Span<UInt8>
  ) throws(IOError) {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(IOError) in
      try unsafe writeOption(level: level, name: name, from: UnsafeRawBufferPointer(bytes))
    }
  }

  /// Sets an option to bytes in memory.
  ///
  /// - Throws: ``IOError``, as setting the option to a span.
  /// - SeeAlso: `setsockopt(2)`.
  @unsafe
  public borrowing func writeOption(
    level: Int32, name: Int32, from bytes: UnsafeRawBufferPointer
  ) throws(IOError) {
    guard bytes.count <= largestOptionSize else {
      try IOError.raise(.invalidArgument, .setOption)
    }
    let result = unsafe c_mio_set_option(
      descriptor.rawValue, c_mio_option(level: level, name: name, way: C_MIO_OPTION_PLAIN),
      bytes.baseAddress, bytes.count)
    try IOError.check(result, .setOption)
  }
}

/// The largest size of a value: `socklen_t` is narrower than `size_t`.
private var largestOptionSize: Int { Int(Int32.max) }
