import MioCore
import MioNet
import TestHelpers
import Testing

/// Batches with more messages than one system call accepts.
@Suite(.guardingDescriptors)
struct LargeBatchTests {
  @Test(arguments: [65, 100, 1000])
  func `a batch whose capacity exceeds that of one system call can be received`(
    _ capacity: Int
  ) throws {
    let pair = try UDPPair.make()
    for number in 0..<70 as Range<UInt8> {
      #expect(try pair.first.send([number].span) == 1)
    }
    var batch = try MessageBatch<SocketAddress>(capacity: capacity, messageCapacity: 8)
    var numbers: [UInt8] = []
    while numbers.count < 70 {
      guard let count = try pair.second.receive(into: &batch) else { continue }
      #expect(count == batch.count)
      for position in 0..<count { batch.withBytes(at: position) { numbers.append($0[0]) } }
    }
    #expect(numbers == Array(0..<70))
  }

  @Test
  func `a batch has its full capacity again after it was sent`() throws {
    let pair = try UDPPair.make()
    var batch = try MessageBatch<SocketAddress>(capacity: 70, messageCapacity: 8)
    for _ in 0..<3 {
      for number in 0..<70 as Range<UInt8> {
        #expect(try batch.append([number].span) == true)
      }
      #expect(try batch.append([70].span) == false)
      var sent = 0
      while !batch.isEmpty {
        guard let count = try pair.first.send(&batch) else { continue }
        sent += count
      }
      #expect(sent == 70)
      for number in 0..<70 as Range<UInt8> {
        #expect(try Received.next(from: pair.second).bytes == [number])
      }
    }
  }
}
