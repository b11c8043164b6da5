/// How a value of a socket option is laid out in the words that the system takes.
protocol SocketOptionValue: Sendable {
  /// How many bytes the system wants.
  static var optionSize: Int { get }

  /// Creates a value from the system's words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit)

  /// The system's words, `nil` for a value that they cannot express.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords?
}

/// The words of an option: most have one, `struct linger` has two, and a text has 16 bytes.
typealias SocketOptionWords = (Int32, Int32, Int32, Int32)

/// What an option that is a time counts.
enum SocketOptionUnit: Sendable {
  /// It is no time.
  case none
  /// Whole seconds.
  case seconds
  /// Whole milliseconds.
  case milliseconds
}

extension Bool: SocketOptionValue {
  /// How many bytes the system wants.
  static var optionSize: Int { MemoryLayout<Int32>.size }

  /// Creates a value from the system's words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = words.0 != 0
  }

  /// The system's words, `nil` for a value that they cannot express.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    (self ? 1 : 0, 0, 0, 0)
  }
}

extension Int: SocketOptionValue {
  /// How many bytes the system wants.
  static var optionSize: Int { MemoryLayout<Int32>.size }

  /// Creates a value from the system's words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = Int(words.0)
  }

  /// The system's words, `nil` for a value that they cannot express.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    Int32(exactly: self).map { ($0, 0, 0, 0) }
  }
}

extension UInt32: SocketOptionValue {
  /// The value is a C `unsigned int`.
  static var optionSize: Int { MemoryLayout<UInt32>.size }

  /// Reads the value from its words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = UInt32(bitPattern: words.0)
  }

  /// Returns the words of the value.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    (Int32(bitPattern: self), 0, 0, 0)
  }
}

extension IPv4Address: SocketOptionValue {
  /// The value is a C `struct in_addr`.
  static var optionSize: Int { MemoryLayout<UInt32>.size }

  /// Reads the value from its words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self.init(bits: UInt32(bigEndian: UInt32(bitPattern: words.0)))
  }

  /// Returns the words of the value.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    (Int32(bitPattern: bits.bigEndian), 0, 0, 0)
  }
}

extension Duration: SocketOptionValue {
  /// How many bytes the system wants.
  static var optionSize: Int { MemoryLayout<Int32>.size }

  /// Creates a value from the system's words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = unit == .milliseconds ? .milliseconds(words.0) : .seconds(words.0)
  }

  /// Rounds up to the unit: a time that is asked for is not cut short.
  ///
  /// A time below zero is `nil`: systems take some for no limit at all.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    guard self >= .zero else { return nil }
    let attosecondsPerUnit: Int128 =
      unit == .milliseconds ? 1_000_000_000_000_000 : 1_000_000_000_000_000_000
    let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: attosecondsPerUnit)
    return Int32(exactly: rest > 0 ? whole + 1 : whole).map { ($0, 0, 0, 0) }
  }
}

/// `struct linger`: `nil` is off.
extension Optional: SocketOptionValue where Wrapped == Duration {
  /// How many bytes the system wants.
  static var optionSize: Int { 2 * MemoryLayout<Int32>.size }

  /// Creates a value from the system's words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = words.0 == 0 ? nil : .seconds(words.1)
  }

  /// The system's words, `nil` for a value that they cannot express.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    guard let self else { return (0, 0, 0, 0) }
    return self.words(.seconds).map { (1, $0.0, 0, 0) }
  }
}

/// A name of up to 15 bytes, such as that of an interface.
extension String: SocketOptionValue {
  /// The value is an array of 16 C `char`s.
  static var optionSize: Int { 4 * MemoryLayout<Int32>.size }

  /// Reads the text up to its terminating zero.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = unsafe withUnsafeBytes(of: words) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// Returns the words of the text; `nil` for one that is too long, or has a zero byte.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    guard utf8.count < String.optionSize, !utf8.contains(0) else { return nil }
    var words: SocketOptionWords = (0, 0, 0, 0)
    unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyBytes(from: utf8) }
    return words
  }
}
