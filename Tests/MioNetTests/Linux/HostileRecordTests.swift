import CFuzz
import CMioSocket
import MioCore
import TestHelpers
import Testing

@testable import MioNet

/// Records of the system with data of a hostile peer.
///
/// `scripts/fuzz` tests the C code below with sanitizers and many more inputs. Most of these tests
/// cover the Swift code above it, where a number that is too large would trap.
@Suite
struct HostileRecordTests {
  @Test
  func `the coding of names and ancillary data agrees with a second implementation`() {
    for number in 0..<30_000 { c_fuzz_run(1, UInt64(number)) }
  }

  @Test
  func `a socket address decoded from arbitrary bytes is encoded to the same address`() throws {
    var generator = SplitMix64(seed: 1)
    var accepted = 0
    for _ in 0..<20_000 {
      let name = hostileName(&generator)
      guard let address = SocketAddress(GenericAddress(name)) else { continue }
      accepted += 1
      var again = GenericAddress()
      try address.encode(into: &again)
      #expect(SocketAddress(again) == address)
      if address.flowInfo == 0 { #expect(SocketAddress(address.description) == address) }
    }
    #expect(accepted > 2_000)
  }

  @Test
  func `an address whose length exceeds its storage is truncated`() throws {
    let address = try GenericAddress.ask(.localAddress) { name in
      name.length = 200
      return 0
    }
    #expect(address.bytes.count == 128)
    #expect(address == address)
  }

  @Test
  func `a Unix address decoded from arbitrary bytes is encoded to the same address`() throws {
    var generator = SplitMix64(seed: 2)
    var accepted = 0
    for _ in 0..<20_000 {
      let name = hostileName(&generator)
      guard let address = UnixAddress(GenericAddress(name)) else { continue }
      accepted += 1
      #expect(address.nameBytes.count <= 108)
      #expect(!address.description.isEmpty)
      var again = GenericAddress()
      try address.encode(into: &again)
      #expect(UnixAddress(again) == address)
    }
    #expect(accepted > 2_000)
  }

  @Test
  func `arbitrary ancillary data is decoded correctly or ignored`() {
    var generator = SplitMix64(seed: 3)
    var seen = AncillaryValues()
    var bytes = [UInt8](repeating: 0, count: 128)
    for _ in 0..<20_000 {
      let count = fillWithItems(&bytes, &generator)
      let values = unsafe bytes.withUnsafeBytes { bytes in
        unsafe AncillaryValues(
          UnsafeRawBufferPointer(rebasing: bytes[..<count]), isTruncated: false)
      }
      seen.typeOfService = values.typeOfService ?? seen.typeOfService
      seen.packetInfo = values.packetInfo ?? seen.packetInfo
      seen.segmentSize = values.segmentSize ?? seen.segmentSize
      seen.credentials = values.credentials ?? seen.credentials
    }
    #expect(seen.typeOfService != nil && seen.packetInfo != nil)
    #expect(seen.segmentSize != nil && seen.credentials != nil)
  }

  @Test
  func `reading descriptors from arbitrary bytes ends, and stays within the bytes`() {
    var generator = SplitMix64(seed: 4)
    var found = 0
    var bytes = [UInt8](repeating: 0, count: 128)
    for _ in 0..<20_000 {
      let count = fillWithItems(&bytes, &generator)
      let descriptors = unsafe bytes.withUnsafeBytes { bytes in
        var walk = DescriptorWalk()
        var descriptors = 0
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
        while unsafe walk.next(in: bytes) != nil { descriptors += 1 }
        return descriptors
      }
      #expect(descriptors * MemoryLayout<Int32>.size <= count)
      found += descriptors
    }
    #expect(found > 2_000)
  }

  private func hostileName(_ generator: inout SplitMix64) -> c_mio_name {
    var name = c_mio_name()
    let lengths: [UInt32] = [0, 1, 2, 3, 15, 16, 17, 27, 28, 29, 109, 110, 111, 128, 129, .max]
    name.length =
      Bool.random(using: &generator) ? lengths.randomElement(using: &generator) ?? 0 : 110
    unsafe withUnsafeMutableBytes(of: &name.words) { bytes in
      for index in bytes.indices { unsafe bytes[index] = .random(in: 0...255, using: &generator) }
      // AF_UNIX, AF_INET, AF_INET6
      let family: UInt16 = [1, 2, 10].randomElement(using: &generator) ?? 1
      unsafe bytes.storeBytes(of: family, as: UInt16.self)
      if Bool.random(using: &generator) { unsafe bytes[2] = 0 }
    }
    return name
  }

  /// Writes items with correct and with wrong lengths, and returns the number of bytes that the
  /// record claims to have.
  private func fillWithItems(_ bytes: inout [UInt8], _ generator: inout SplitMix64) -> Int {
    for index in bytes.indices { bytes[index] = .random(in: 0...255, using: &generator) }
    // Level and type: descriptors, credentials; IP_TOS, IP_PKTINFO; IPV6_TCLASS, IPV6_PKTINFO; UDP_GRO.
    let kinds: [(Int32, Int32)] = [(1, 1), (1, 2), (0, 1), (0, 8), (41, 67), (41, 50), (17, 104)]
    let wrong: [UInt] = [0, 15, 16, 17, 1000, .max, .max - 15, .max / 2]
    var offset = 0
    while offset + 16 <= bytes.count {
      let isHonest = Int.random(in: 0..<8, using: &generator) > 0
      let length: UInt =
        isHonest
        ? .random(in: 16...48, using: &generator) : wrong.randomElement(using: &generator) ?? 0
      let kind = kinds.randomElement(using: &generator) ?? (0, 0)
      unsafe bytes.withUnsafeMutableBytes { bytes in
        unsafe bytes.storeBytes(of: length, toByteOffset: offset, as: UInt.self)
        unsafe bytes.storeBytes(of: kind.0, toByteOffset: offset + 8, as: Int32.self)
        unsafe bytes.storeBytes(of: kind.1, toByteOffset: offset + 12, as: Int32.self)
      }
      offset += isHonest ? (Int(length) + 7) & ~7 : 16
    }
    return .random(in: 0...bytes.count, using: &generator)
  }
}
