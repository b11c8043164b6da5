// The functions that the edits of `Finder` call. Each takes the number of its first mutant. All are
// transparent, so that their operands need no generic code even in a debug build.
public import CMutants

@_transparent
public func _mutant(_ number: Int32) -> Bool { c_mutant(number) }

@_transparent
public func _keep(_ number: Int32) -> Bool { !c_mutant(number) }

// MARK: - Boolean values

@_transparent
public func _flip(_ number: Int32, _ value: Bool) -> Bool { c_mutant(number) ? !value : value }

@_transparent
public func _force(_ number: Int32, _ value: Bool) -> Bool {
  c_mutant(number) ? false : c_mutant(number + 1) ? true : value
}

@_transparent
public func _forceFalse(_ number: Int32, _ value: Bool) -> Bool {
  c_mutant(number) ? false : value
}

@_transparent
public func _both(
  _ number: Int32, _ left: Bool, _ right: @autoclosure () throws -> Bool
) rethrows -> Bool {
  if c_mutant(number) { return try left || right() }
  return try left && right()
}

@_transparent
public func _either(
  _ number: Int32, _ left: Bool, _ right: @autoclosure () throws -> Bool
) rethrows -> Bool {
  if c_mutant(number) { return try left && right() }
  return try left || right()
}

// MARK: - Comparisons

@_transparent
public func _less<T: Comparable>(_ number: Int32, _ left: T, _ right: T) -> Bool {
  c_mutant(number) ? left <= right : c_mutant(number + 1) ? left >= right : left < right
}

@_transparent
public func _lessOrEqual<T: Comparable>(_ number: Int32, _ left: T, _ right: T) -> Bool {
  c_mutant(number) ? left < right : c_mutant(number + 1) ? left > right : left <= right
}

@_transparent
public func _greater<T: Comparable>(_ number: Int32, _ left: T, _ right: T) -> Bool {
  c_mutant(number) ? left >= right : c_mutant(number + 1) ? left <= right : left > right
}

@_transparent
public func _greaterOrEqual<T: Comparable>(_ number: Int32, _ left: T, _ right: T) -> Bool {
  c_mutant(number) ? left > right : c_mutant(number + 1) ? left < right : left >= right
}

@_transparent
public func _min<T: Comparable>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? max(left, right) : min(left, right)
}

@_transparent
public func _max<T: Comparable>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? min(left, right) : max(left, right)
}

// MARK: - Numbers

@_transparent
public func _integer<T: FixedWidthInteger>(_ number: Int32, _ value: T) -> T {
  c_mutant(number) ? value &+ 1 : c_mutant(number + 1) ? value &- 1 : value
}

@_transparent
public func _negate<T: SignedNumeric>(_ number: Int32, _ value: T) -> T {
  c_mutant(number) ? value : -value
}

@_transparent
public func _complement<T: BinaryInteger>(_ number: Int32, _ value: T) -> T {
  c_mutant(number) ? value : ~value
}

@_transparent
public func _add<T: AdditiveArithmetic>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left - right : left + right
}

@_transparent
public func _subtract<T: AdditiveArithmetic>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left + right : left - right
}

@_transparent
public func _wrappingAdd<T: FixedWidthInteger>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left &- right : left &+ right
}

@_transparent
public func _wrappingSubtract<T: FixedWidthInteger>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left &+ right : left &- right
}

@_transparent
public func _multiply<T: Numeric>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left + right : left * right
}

@_transparent
public func _wrappingMultiply<T: FixedWidthInteger>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left &+ right : left &* right
}

@_transparent
public func _divide<T: BinaryInteger>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left * right : left / right
}

@_transparent
public func _remainder<T: BinaryInteger>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left / right : left % right
}

@_transparent
public func _and<T: BinaryInteger>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left | right : left & right
}

@_transparent
public func _or<T: BinaryInteger>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left & right : left | right
}

@_transparent
public func _xor<T: BinaryInteger>(_ number: Int32, _ left: T, _ right: T) -> T {
  c_mutant(number) ? left | right : left ^ right
}

@_transparent
public func _left<T: BinaryInteger, U: BinaryInteger>(_ number: Int32, _ left: T, _ right: U) -> T {
  c_mutant(number) ? left >> right : left << right
}

@_transparent
public func _right<T: BinaryInteger, U: BinaryInteger>(_ number: Int32, _ left: T, _ right: U) -> T {
  c_mutant(number) ? left << right : left >> right
}

// MARK: - Pointers

@_transparent
public func _add<P: _Pointer>(_ number: Int32, _ left: P, _ right: Int) -> P where P.Stride == Int {
  c_mutant(number) ? left - right : left + right
}

@_transparent
public func _subtract<P: _Pointer>(_ number: Int32, _ left: P, _ right: Int) -> P where P.Stride == Int {
  c_mutant(number) ? left + right : left - right
}

@_transparent
public func _addTo<P: _Pointer>(_ number: Int32, _ left: inout P, _ right: Int) where P.Stride == Int {
  if c_mutant(number) { left -= right } else { left += right }
}

// MARK: - Assignments

@_transparent
public func _addTo<T: AdditiveArithmetic>(_ number: Int32, _ left: inout T, _ right: T) {
  if c_mutant(number) { left -= right } else { left += right }
}

@_transparent
public func _subtractFrom<T: AdditiveArithmetic>(_ number: Int32, _ left: inout T, _ right: T) {
  if c_mutant(number) { left += right } else { left -= right }
}

@_transparent
public func _wrappingAddTo<T: FixedWidthInteger>(_ number: Int32, _ left: inout T, _ right: T) {
  if c_mutant(number) { left &-= right } else { left &+= right }
}

@_transparent
public func _wrappingSubtractFrom<T: FixedWidthInteger>(
  _ number: Int32, _ left: inout T, _ right: T
) {
  if c_mutant(number) { left &+= right } else { left &-= right }
}

@_transparent
public func _multiplyBy<T: Numeric>(_ number: Int32, _ left: inout T, _ right: T) {
  if c_mutant(number) { left += right } else { left *= right }
}

@_transparent
public func _orWith<T: BinaryInteger>(_ number: Int32, _ left: inout T, _ right: T) {
  if c_mutant(number) { left &= right } else { left |= right }
}

@_transparent
public func _andWith<T: BinaryInteger>(_ number: Int32, _ left: inout T, _ right: T) {
  if c_mutant(number) { left |= right } else { left &= right }
}
