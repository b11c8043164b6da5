/// How long one wait of a selector may take.
@frozen
public struct WaitTime: Hashable, Sendable {
  /// Nanoseconds; all ones stands for no limit.
  @usableFromInline
  let rawValue: UInt64

  @inlinable
  init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Creates a limit in nanoseconds.
  ///
  /// `UInt64.max`, 585 years, is as good as no limit.
  @inlinable
  public init(nanoseconds: UInt64) {
    rawValue = nanoseconds
  }

  /// No limit.
  @inlinable
  public static var forever: WaitTime { WaitTime(rawValue: .max) }

  /// Do not wait: take what is ready.
  @inlinable
  public static var none: WaitTime { WaitTime(rawValue: 0) }

  /// The limit in nanoseconds, `nil` when there is none.
  @inlinable
  public var nanoseconds: UInt64? {
    rawValue == .max ? nil : rawValue
  }
}
