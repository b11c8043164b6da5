import CMioWindows
import Loom
import MioWindows

/// An object of Windows that stays signaled, and the packet of a wait for it.
final class WaitModel: WaitCalls, @unchecked Sendable {
  // Safety of `@unchecked`: the scheduler runs one thread at a time.

  static let object = 4711

  private enum Packet: Equatable {
    case closed, idle
    case inPort(Int, UInt)
  }

  private let afd: AFDModel
  private var packet = Packet.closed

  init(_ afd: AFDModel) {
    self.afd = afd
  }

  /// The objects of a destroyed source that still exist.
  var remains: [String] { packet == .closed ? [] : ["the packet is open"] }

  func makePacket() -> Int {
    packet = .idle
    return 1
  }

  func associate(_ handle: Int, _ port: Int, _ object: Int, _ operation: UInt) -> Int32 {
    Loom.step("NtAssociatePacket")
    Loom.check(position == nil, "the packet is in use")
    packet = .inPort(port, operation)
    afd.kernel.post(port, operation)
    return 0
  }

  func cancel(_ handle: Int) -> Int32 {
    Loom.step("NtCancelPacket")
    guard case .inPort(let port, _) = packet, let position else { return C_MIO_STATUS_PENDING }
    afd.kernel.ports[port]?.remove(at: position)
    packet = .idle
    return C_MIO_STATUS_SUCCESS
  }

  func look(_ object: Int) -> Int32 { C_MIO_WAIT_SIGNALED }

  func close(_ handle: Int) -> Int32 {
    Loom.step("CloseHandle")
    Loom.check(position == nil, "a packet is closed that a port has")
    packet = .closed
    return 0
  }

  /// The position of the packet in its port; `nil` if the port does not have it.
  private var position: Int? {
    guard case .inPort(let port, let operation) = packet else { return nil }
    return afd.kernel.ports[port]?.firstIndex { $0.operation == operation }
  }
}
