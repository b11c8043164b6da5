import CMioSocket

/// A walk through the items of ancillary data.
struct ControlWalk {
  private var offset = 0

  mutating func next(in bytes: UnsafeRawBufferPointer) -> c_mio_control_item? {
    var item = c_mio_control_item()
    let found = unsafe c_mio_control_next(bytes.baseAddress, bytes.count, &offset, &item)
    return found == 0 ? nil : item
  }
}

extension UnsafeRawBufferPointer {
  /// Lends the bytes of the first item with a level and a type.
  ///
  /// It never lends descriptors, because descriptors have an owner.
  func withItem<Result: ~Copyable, Failure: Error>(
    _ level: Int32, _ type: Int32, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    var walk = ControlWalk()
    while let item = unsafe walk.next(in: self) {
      guard item.level == level, item.type == type, item.kind != C_MIO_CONTROL_DESCRIPTORS else {
        continue
      }
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: self[item.offset...].prefix(item.size))
      return try body(unsafe bytes.bindMemory(to: UInt8.self).span)
    }
    return nil
  }
}

/// A walk through the descriptors in ancillary data.
struct DescriptorWalk {
  private var items = ControlWalk()
  private var item = c_mio_control_item()
  private var taken: UInt32 = 0

  mutating func next(in bytes: UnsafeRawBufferPointer) -> Int32? {
    while true {
      // Only items of descriptors count any.
      while taken == item.count {
        guard let next = unsafe items.next(in: bytes) else { return nil }
        item = next
        taken = 0
      }
      let descriptor = unsafe c_mio_control_descriptor(bytes.baseAddress, &item, taken)
      taken += 1
      if descriptor >= 0 { return descriptor }
    }
  }

  /// Returns whether the kernel failed to create one of the descriptors.
  ///
  /// Linux then stores an error code in its place.
  static func hasGap(in bytes: UnsafeRawBufferPointer) -> Bool {
    var items = ControlWalk()
    while var item = unsafe items.next(in: bytes) {
      for index in 0..<item.count
      where unsafe c_mio_control_descriptor(bytes.baseAddress, &item, index) < 0 {
        return true
      }
    }
    return false
  }

  /// Closes all descriptors that the walk has not reached.
  consuming func closeRest(of bytes: UnsafeRawBufferPointer) {
    while let descriptor = unsafe next(in: bytes) { _ = c_mio_close(Int(descriptor)) }
  }
}
