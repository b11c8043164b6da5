import CMioWindows
import MioWindows

/// A kernel with one object; for one thread.
final class ScriptedWaitCalls: WaitCalls, @unchecked Sendable {
  // Safety of `@unchecked`: tests use it on one thread.

  enum Call: Hashable {
    case makePacket, associate, look
  }

  static let object = 4711

  /// The codes with which the next calls fail; later calls succeed.
  var failures: [Call: [Int]] = [:]
  var isSignaled = true
  /// Whether the next packet to be cancelled has already been taken from the port.
  var isTooLate = false
  /// The associated objects, in the order of the calls.
  private(set) var associated: [Int] = []
  /// The number of open packets.
  private(set) var open = 0
  private var pending: UInt?
  private var late: [UInt] = []

  private func answer(_ call: Call) -> Int32 {
    guard var codes = failures[call], !codes.isEmpty else { return 0 }
    defer { failures[call] = codes }
    return -Int32(codes.removeFirst())
  }

  /// Signals the object.
  ///
  /// - Returns: The value that its packet carries; 0 if no packet is associated.
  func signal() -> UInt {
    isSignaled = true
    defer { pending = nil }
    return pending ?? 0
  }

  /// Returns the packets that were taken from the port before they were cancelled.
  func takeLate() -> [UInt] {
    defer { late = [] }
    return late
  }

  func makePacket() -> Int {
    let result = answer(.makePacket)
    if result < 0 { return Int(result) }
    open += 1
    return 1
  }

  func associate(_ packet: Int, _ port: Int, _ object: Int, _ operation: UInt) -> Int32 {
    let result = answer(.associate)
    if result < 0 { return result }
    precondition(pending == nil && late.isEmpty, "the packet is in use")
    associated.append(object)
    pending = operation
    return 0
  }

  func cancel(_ packet: Int) -> Int32 {
    defer { pending = nil }
    guard isTooLate else { return pending == nil ? C_MIO_STATUS_PENDING : C_MIO_STATUS_SUCCESS }
    isTooLate = false
    if let pending { late.append(pending) }
    return C_MIO_STATUS_PENDING
  }

  func look(_ object: Int) -> Int32 {
    let result = answer(.look)
    return result < 0 ? result : isSignaled ? C_MIO_WAIT_SIGNALED : C_MIO_WAIT_TIMEOUT
  }

  func close(_ handle: Int) -> Int32 {
    open -= 1
    return 0
  }
}
