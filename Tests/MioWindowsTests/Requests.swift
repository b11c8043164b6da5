import CMioWindows

/// The memory of all polls that a scripted driver has received.
///
/// It stays allocated as long as the driver, so that the tests detect a write to freed memory.
@safe
final class Requests {
  private var all: [UnsafeMutablePointer<c_mio_afd_request>] = unsafe []

  func make() -> UnsafeMutablePointer<c_mio_afd_request> {
    let request = UnsafeMutablePointer<c_mio_afd_request>.allocate(capacity: 1)
    unsafe request.initialize(to: c_mio_afd_request())
    unsafe all.append(request)
    return unsafe request
  }

  deinit {
    unsafe all.forEach { unsafe $0.deallocate() }
  }
}
