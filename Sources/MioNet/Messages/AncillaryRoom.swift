import MioCore

/// Memory for ancillary data, which its owner deallocates.
@safe
struct AncillaryRoom {
  let bytes: UnsafeMutableRawBufferPointer

  /// Allocates memory for about 120 descriptors, or for every item that Mio has a name for.
  init() {
    unsafe bytes = .allocate(byteCount: 512, alignment: MemoryLayout<UInt64>.alignment)
  }

  init(capacity: Int) throws(IOError) {
    guard 0...Int(Int32.max) ~= capacity else { try IOError.raise(.invalidArgument, .createBuffer) }
    unsafe bytes = .allocate(byteCount: capacity, alignment: MemoryLayout<UInt64>.alignment)
  }
}
