import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

/// Errors that come after messages of a batch.
///
/// Where the system has no call for several messages, the second call of a batch fails in these
/// tests. `scripts/test-fallbacks` runs them on such a system.
@Suite(.guardingDescriptors)
struct MessageBatchErrorTests {
  @Test
  func `an error after received messages is thrown once, by the next receive`() throws {
    let pair = try UDPPair.make()
    var batch = try MessageBatch<SocketAddress>(capacity: 8, messageCapacity: 16)
    _ = try pair.first.send([1].span)
    // Where one call receives all messages, the second call belongs to the second operation.
    var thrown: [Int32?] = []
    _ = try withFaultOfSecondCall(ECONNREFUSED) { () throws(IOError) in
      #expect(try pair.second.receive(into: &batch) == 1)
      for _ in 0..<2 {
        do throws(IOError) {
          #expect(try pair.second.receive(into: &batch) == nil)
          thrown.append(nil)
        } catch {
          thrown.append(error.code)
        }
        #expect(batch.isEmpty == true)
      }
    }
    #expect(thrown == [ECONNREFUSED, nil])
  }

  @Test
  func `an error of one socket is not thrown by a receive of another socket`() throws {
    let pair = try UDPPair.make()
    let other = try UDPPair.make()
    var batch = try MessageBatch<SocketAddress>(capacity: 8, messageCapacity: 16)
    _ = try pair.first.send([1].span)
    let isLater = try withFaultOfSecondCall(ECONNREFUSED) { () throws(IOError) in
      #expect(try pair.second.receive(into: &batch) == 1)
    }
    #expect(try other.second.receive(into: &batch) == nil)
    var code: Int32?
    do {
      #expect(try pair.second.receive(into: &batch) == nil)
    } catch {
      code = error.code
    }
    #expect(code == (isLater ? ECONNREFUSED : nil))
    #expect(try pair.second.receive(into: &batch) == nil)
  }

  @Test(arguments: [EAGAIN, EINTR])
  func `would-block or an interruption after received messages is not an error`(
    _ code: Int32
  ) throws {
    let pair = try UDPPair.make()
    var batch = try MessageBatch<SocketAddress>(capacity: 8, messageCapacity: 16)
    for byte in [1, 2] as [UInt8] { _ = try pair.first.send([byte].span) }
    var count = 0
    _ = try withFaultOfSecondCall(code) { () throws(IOError) in
      while count < 2 { count += try pair.second.receive(into: &batch) ?? 0 }
    }
    #expect(count == 2)
    #expect(try pair.second.receive(into: &batch) == nil)
  }
}
