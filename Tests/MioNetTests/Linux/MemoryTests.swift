import CMioSocket
import CTestHelpers
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// Memory that the library allocates outside Swift objects.
@Suite(.guardingDescriptors)
struct MemoryTests {
  @Test
  func `message batches and buffers of ancillary data free their memory`() throws {
    try expectNoGrowth(by: 8 << 20) {
      _ = try MessageBatch<SocketAddress>(capacity: 1, messageCapacity: 8 << 20)
      _ = try MessageBatch<SocketAddress>(capacity: 40_000, messageCapacity: 0)
      _ = try AncillaryData(capacity: 8 << 20)
      _ = try ReceivedAncillaryData(capacity: 8 << 20)
    }
  }

  @Test
  func `listing the network interfaces frees its memory`() throws {
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

  /// Repeats an action a hundred times, and expects that the memory of the process does not grow.
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
