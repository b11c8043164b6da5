import CMioErrors
import CMioWindows
import Loom
import MioCore
import MioWindows

/// A completion port with the ancillary function driver of Windows.
///
/// It is the `AFDKernel` of the tests, with a step of the scheduler before each call. The type has
/// the same name as the calls of the tests, because the kernel refers to it by this name.
struct ScriptedAFD: AFDCalls, @unchecked Sendable {
  /// A system call of the backend.
  enum Name: Hashable {
    case createPort, post, wait, openHelper, handle, makeRequest, submit, cancel, close
  }

  let model: AFDModel

  init() { model = AFDModel() }
  init(_ model: AFDModel) { self.model = model }
}

/// The kernel, and its interface for scenarios.
final class AFDModel: ModelKernel {
  var kernel = AFDKernel()
  var refusals = 0
  /// Whether a poll was cancelled since packets were last taken; it ends when packets are next
  /// taken.
  var hasCancelled = false

  var remains: [String] { kernel.remains }

  func open(isReadable: Bool) -> Descriptor {
    Descriptor(rawValue: kernel.openSocket(isReadable ? C_MIO_AFD_RECEIVE : 0))
  }

  func set(_ descriptor: Descriptor, isReadable: Bool) {
    kernel.set(descriptor.rawValue, isReadable ? C_MIO_AFD_RECEIVE : 0)
  }

  func close(_ descriptor: Descriptor) {
    kernel.closeSocket(descriptor.rawValue)
  }
}

extension ScriptedAFD {
  func createPort() -> Int {
    Loom.step("CreatePort")
    return model.kernel.openPort()
  }

  func post(_ port: Int, _ operation: UInt) -> Int32 {
    Loom.step("PostStatus")
    if model.refuses("PostStatus fails") { return -Int32(noMemory) }
    model.kernel.post(port, operation)
    return 0
  }

  func wait(
    _ port: Int, _ packets: UnsafeMutableBufferPointer<c_mio_packet>, milliseconds: UInt32
  ) -> Int {
    Loom.step("GetStatus")
    while !Loom.isAborting {
      model.hasCancelled = false
      let found = model.kernel.take(port, into: packets)
      Loom.note("timeout \(milliseconds) = \(found ?? 0)")
      if let found { return found }
      if milliseconds == 0 { return 0 }
      let isReady = Loom.wait("GetStatus", mayGiveUp: true) {
        model.hasCancelled || model.kernel.ports[port]?.isEmpty == false
      }
      if !isReady {
        model.kernel.clock += 1_000_000_000_000
        return milliseconds == .max ? -waitsForEver : 0
      }
    }
    return -waitsForEver
  }

  func openHelper(_ port: Int, sharing: UInt32, skipping: UInt32) -> Int {
    Loom.step("NtCreateFile")
    if model.refuses("NtCreateFile fails") { return -noMemory }
    return model.kernel.openHelper(port)
  }

  func handle(of socket: Int, by control: UInt32) -> Int {
    Loom.step("WSAIoctl")
    if model.kernel.handles[socket] == nil { return -Int(C_MIO_ENOTSOCK) }
    return control == C_MIO_SIO_BASE_HANDLE ? socket : -Int(C_MIO_EOPNOTSUPP)
  }

  func makeRequest() -> UnsafeMutablePointer<c_mio_afd_request>? {
    Loom.step("HeapAlloc")
    return model.kernel.makeRequest()
  }

  func destroy(_ request: UnsafeMutablePointer<c_mio_afd_request>) {
    Loom.step("HeapFree")
    model.kernel.destroy(request)
  }

  func submit(
    _ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>, base: Int, events: UInt32
  ) -> Int32 {
    Loom.step("NtDeviceIoControl")
    model.kernel.fill(request, base, events)
    if model.refuses("NtDeviceIoControl fails") { return C_MIO_STATUS_INSUFFICIENT_RESOURCES }
    return model.kernel.submit(helper, request, base, events)
  }

  func cancel(_ helper: Int, _ request: UnsafeMutablePointer<c_mio_afd_request>) -> Int32 {
    Loom.step("NtCancelIoFile")
    model.hasCancelled = true
    return model.kernel.cancel(helper, UInt(bitPattern: request))
  }

  func close(_ handle: Int) -> Int32 {
    Loom.step("CloseHandle")
    model.kernel.close(handle)
    return 0
  }

  func now() -> UInt64 { model.kernel.clock }
}
