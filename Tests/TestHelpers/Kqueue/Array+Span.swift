// On Apple's systems, arrays have spans since macOS 26. The tests use them on older systems, too.
// The samples represent the code of users, so they must not use them: these properties are visible
// in this package only.
extension Array {
  /// The elements.
  ///
  /// The array must not change during the lifetime of the span.
  package var span: Span<Element> {
    @_lifetime(borrow self)
    borrowing get {
      let elements = unsafe withUnsafeBufferPointer { unsafe $0 }
      return unsafe _overrideLifetime(Span(_unsafeElements: elements), borrowing: self)
    }
  }

  /// The elements, which can be changed in place.
  package var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self)
    mutating get {
      let elements = unsafe withUnsafeMutableBufferPointer { unsafe $0 }
      return unsafe _overrideLifetime(MutableSpan(_unsafeElements: elements), mutating: &self)
    }
  }
}
