import CMioSocket
import MioCore

/// A socket option and the type of its value.
///
/// Read and set an option through the socket:
///
///     try stream.set(.noDelay, to: true)
///     let size = try stream.value(of: .receiveBufferSize)
///
/// If an option has no name here, create it from its level and number. Its value is a `Bool`, an
/// `Int`, a `UInt32`, a `Duration`, an ``IPv4Address`` or a `String`:
///
///     let busyPoll = SocketOption<Int>(level: SOL_SOCKET, name: SO_BUSY_POLL)
///
/// For any other value use ``Socket/readOption(level:name:into:)-(_,_,MutableSpan<UInt8>)``.
public struct SocketOption<Value>: Sendable {
  private let record: c_mio_option
  private let coding: SocketOptionCoding<Value>
  private let unit: SocketOptionUnit
  /// The valid numbers: systems truncate some numbers that are too large, or give them a special
  /// meaning.
  private let limits: ClosedRange<Int32>

  init(
    _ option: c_mio_option, _ limits: ClosedRange<Int32> = .min ... .max,
    in unit: SocketOptionUnit = .none
  ) where Value: SocketOptionValue {
    record = option
    coding = SocketOptionCoding()
    self.unit = unit
    self.limits = limits
  }

  /// Creates an option without a name, whose duration counts seconds.
  private init(unnamed level: Int32, _ name: Int32) where Value: SocketOptionValue {
    self.init(c_mio_option(level: level, name: name, way: C_MIO_OPTION_PLAIN), in: .seconds)
  }

  func value(of descriptor: Descriptor) throws(IOError) -> Value {
    var words = SocketOptionWords.zero
    let result = unsafe withUnsafeMutableBytes(of: &words) { bytes in
      unsafe c_mio_get_option(descriptor.rawValue, record, bytes.baseAddress, coding.size)
    }
    try IOError.check(result, .getOption)
    return coding.decode(words, unit)
  }

  func set(_ value: Value, of descriptor: Descriptor) throws(IOError) {
    guard var words = coding.encode(value, unit), limits.contains(words.x) else {
      try IOError.raise(.invalidArgument, .setOption)
    }
    let result = unsafe withUnsafeBytes(of: &words) { bytes in
      unsafe c_mio_set_option(descriptor.rawValue, record, bytes.baseAddress, coding.size)
    }
    try IOError.check(result, .setOption)
  }
}

extension SocketOption<Bool> {
  /// Creates an option that has no name here and whose value is a C `int`, with zero for `false`.
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The number of the option.
  /// - SeeAlso: `setsockopt(2)`.
  public init(level: Int32, name: Int32) {
    self.init(unnamed: level, name)
  }
}

extension SocketOption<Int> {
  /// Creates an option that has no name here and whose value is a C `int`.
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The number of the option.
  /// - SeeAlso: `setsockopt(2)`.
  public init(level: Int32, name: Int32) {
    self.init(unnamed: level, name)
  }
}

extension SocketOption<UInt32> {
  /// Creates an option that has no name here and whose value is a C `unsigned int`.
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The number of the option.
  /// - SeeAlso: `setsockopt(2)`.
  public init(level: Int32, name: Int32) {
    self.init(unnamed: level, name)
  }
}

extension SocketOption<Duration> {
  /// Creates an option that has no name here and whose value is a C `int` that counts seconds.
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The number of the option.
  /// - SeeAlso: `setsockopt(2)`.
  public init(level: Int32, name: Int32) {
    self.init(unnamed: level, name)
  }
}

extension SocketOption<IPv4Address> {
  /// Creates an option that has no name here and whose value is a C `struct in_addr`.
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The number of the option.
  /// - SeeAlso: `setsockopt(2)`.
  public init(level: Int32, name: Int32) {
    self.init(unnamed: level, name)
  }
}

extension SocketOption<String> {
  /// Creates an option that has no name here and whose value is an array of 16 C `char`s.
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The number of the option.
  /// - SeeAlso: `setsockopt(2)`.
  public init(level: Int32, name: Int32) {
    self.init(unnamed: level, name)
  }
}
