import CMioSocket
import CTestHelpers
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// Memory of the library that is not that of a Swift object.
@Suite(.guardingDescriptors)
struct MemoryTests {
  @Test
  func `buffers give their memory back`() throws {
    try expectNoGrowth(by: 8 << 20) {
      _ = try MessageBatch<SocketAddress>(capacity: 1, messageCapacity: 8 << 20)
      _ = try MessageBatch<SocketAddress>(capacity: 40_000, messageCapacity: 0)
      _ = try AncillaryData(capacity: 8 << 20)
      _ = try ReceivedAncillaryData(capacity: 8 << 20)
    }
  }

  @Test
  func `a list of interfaces gives its memory back`() throws {
    try withIsolatedNetwork {
      for number in 0..<200 as Range<UInt8> {
        let address: [UInt8] = [0xfd] + [UInt8](repeating: number, count: 15)
        #expect(unsafe c_test_add_loopback_address(address, 64) == 0)
      }
      var records = [c_mio_interface](repeating: c_mio_interface(), count: 1)
      try expectNoGrowth(by: 40_000) {
        for _ in 0..<10 { _ = unsafe c_mio_list_interfaces(&records, 1) }
      }
    }
  }

  /// Repeats something a hundred times, and expects that its memory does not stay with the process.
  private func expectNoGrowth(
    by size: Int, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) throws {
    try body()
    let before = try memoryInUse()
    for _ in 0..<100 { try body() }
    let growth = try memoryInUse() - before
    #expect(growth < 50 * size, sourceLocation: sourceLocation)
  }

  /// The address space of the process in bytes.
  private func memoryInUse() throws -> Int {
    let file = OwnedDescriptor(
      owning: Descriptor(unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)))
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = unsafe read(file.descriptor.fileDescriptor, &bytes, bytes.count)
    let text = String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
    return try #require(Int(text.prefix { $0 != " " })) * Int(getpagesize())
  }
}
