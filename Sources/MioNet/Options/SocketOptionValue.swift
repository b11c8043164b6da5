/// A value of a socket option, which converts to and from the words that the system takes.
protocol SocketOptionValue: Sendable {
  /// The number of bytes that the system takes.
  static var optionSize: Int { get }

  /// Creates the value from the words of the system.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit)

  /// Returns the words of the system, or `nil` for a value that they cannot express.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords?
}

/// The words of an option: most options have one, `struct linger` has two, and a text has 16 bytes.
typealias SocketOptionWords = SIMD4<Int32>

extension SocketOptionWords {
  /// Creates the words of an option that has one.
  init(_ only: Int32) {
    self = .zero
    x = only
  }
}

/// The unit of an option whose value is a time.
enum SocketOptionUnit: Sendable {
  /// No unit: the value is not a time.
  case none
  /// Whole seconds.
  case seconds
  /// Whole milliseconds.
  case milliseconds
}

extension Bool: SocketOptionValue {
  /// The number of bytes that the system takes.
  static var optionSize: Int { MemoryLayout<Int32>.size }

  /// Creates the value from the words of the system.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = words.x != 0
  }

  /// Returns the words of the system, or `nil` for a value that they cannot express.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    SocketOptionWords(self ? 1 : 0)
  }
}

extension Int: SocketOptionValue {
  /// The number of bytes that the system takes.
  static var optionSize: Int { MemoryLayout<Int32>.size }

  /// Creates the value from the words of the system.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = Int(words.x)
  }

  /// Returns the words of the system, or `nil` for a value that they cannot express.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    Int32(exactly: self).map { SocketOptionWords($0) }
  }
}

extension UInt32: SocketOptionValue {
  /// The size of a C `unsigned int`.
  static var optionSize: Int { MemoryLayout<UInt32>.size }

  /// Creates the value from its words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = UInt32(bitPattern: words.x)
  }

  /// Returns the words of the value.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    SocketOptionWords(Int32(bitPattern: self))
  }
}

extension IPv4Address: SocketOptionValue {
  /// The size of a C `struct in_addr`.
  static var optionSize: Int { MemoryLayout<UInt32>.size }

  /// Creates the value from its words.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self.init(bits: UInt32(bigEndian: UInt32(bitPattern: words.x)))
  }

  /// Returns the words of the value.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    SocketOptionWords(Int32(bitPattern: bits.bigEndian))
  }
}

extension Duration: SocketOptionValue {
  /// The number of bytes that the system takes.
  static var optionSize: Int { MemoryLayout<Int32>.size }

  /// Creates the value from the words of the system.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = unit == .milliseconds ? .milliseconds(words.x) : .seconds(words.x)
  }

  /// Returns the time in whole units, rounded up so that the time is never shorter than requested.
  ///
  /// It returns `nil` for a time below zero, because some systems take such a time as no limit.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    guard self >= .zero else { return nil }
    let attosecondsPerUnit: Int128 =
      unit == .milliseconds ? 1_000_000_000_000_000 : 1_000_000_000_000_000_000
    let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: attosecondsPerUnit)
    return Int32(exactly: rest > 0 ? whole + 1 : whole).map { SocketOptionWords($0) }
  }
}

/// `struct linger`: `nil` means that lingering is off.
extension Optional: SocketOptionValue where Wrapped == Duration {
  /// The number of bytes that the system takes.
  static var optionSize: Int { 2 * MemoryLayout<Int32>.size }

  /// Creates the value from the words of the system.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = words.x == 0 ? nil : .seconds(words.y)
  }

  /// Returns the words of the system, or `nil` for a value that they cannot express.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    guard let self else { return .zero }
    guard var words = self.words(.seconds) else { return nil }
    words.y = words.x
    words.x = 1
    return words
  }
}

/// A name of up to 15 bytes, such as that of an interface.
extension String: SocketOptionValue {
  /// The size of an array of 16 C `char`s.
  static var optionSize: Int { 4 * MemoryLayout<Int32>.size }

  /// Creates the text from its words, up to the terminating zero.
  init(_ words: SocketOptionWords, _ unit: SocketOptionUnit) {
    self = unsafe withUnsafeBytes(of: words) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// Returns the words of the text, or `nil` for a text that is too long or that has a zero byte.
  func words(_ unit: SocketOptionUnit) -> SocketOptionWords? {
    guard utf8.count < String.optionSize, !utf8.contains(0) else { return nil }
    var words = SocketOptionWords.zero
    unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyBytes(from: utf8) }
    return words
  }
}
