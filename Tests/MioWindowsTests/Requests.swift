import CMioWindows

/// The memory of all polls that a scripted driver has allocated.
///
/// The memory exists as long as the driver, so that writes to freed memory are detected.
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
