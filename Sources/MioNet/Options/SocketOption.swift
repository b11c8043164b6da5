import CMioSocket
import MioCore

/// A socket option and the type of its value.
///
/// Options are read and set through the socket:
///
///     try stream.set(.noDelay, to: true)
///     let size = try stream.value(of: .receiveBufferSize)
public struct SocketOption<Value: SocketOptionValue>: Sendable {
  private let record: c_mio_option
  let unit: SocketOptionUnit
  /// What the number can be: systems cut some that are too large, or take them for something else.
  let limits: ClosedRange<Int32>

  init(
    _ option: c_mio_option, _ limits: ClosedRange<Int32> = .min ... .max,
    in unit: SocketOptionUnit = .none
  ) {
    record = option
    self.unit = unit
    self.limits = limits
  }

  /// Describes an option that has no name here.
  ///
  ///     let busyPoll = SocketOption<Int>(level: SOL_SOCKET, name: SO_BUSY_POLL)
  ///
  /// - Parameters:
  ///   - level: The level, such as `SOL_SOCKET`.
  ///   - name: The option's number. Its value has to be laid out as `Value` says: a C `int`, for
  ///     durations one of seconds, for texts 16 C `char`s.
  /// - SeeAlso: `setsockopt(2)`.
  public init(level: Int32, name: Int32) {
    record = c_mio_option(level: level, name: name, way: C_MIO_OPTION_PLAIN)
    unit = .seconds
    limits = .min ... .max
  }

  func value(of descriptor: Descriptor) throws(IOError) -> Value {
    var words: SocketOptionWords = (0, 0, 0, 0)
    let result = unsafe withUnsafeMutableBytes(of: &words) { bytes in
      unsafe c_mio_get_option(
        descriptor.rawValue, record, bytes.baseAddress, Value.optionSize)
    }
    if result < 0 { try IOError.raise(result, .getOption) }
    return Value(words, unit)
  }

  func set(_ value: Value, of descriptor: Descriptor) throws(IOError) {
    guard var words = value.words(unit), limits.contains(words.0) else {
      try IOError.raise(.invalidArgument, .setOption)
    }
    let result = unsafe withUnsafeBytes(of: &words) { bytes in
      unsafe c_mio_set_option(
        descriptor.rawValue, record, bytes.baseAddress, Value.optionSize)
    }
    if result < 0 { try IOError.raise(result, .setOption) }
  }
}
