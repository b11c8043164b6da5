import CMioSocket
import Glibc
import MioCore
@testable import MioNet
import TestHelpers
import Testing

/// Calls that a signal interrupts, or that fail for a reason that the caller did not cause.
@Suite(.guardingDescriptors)
struct InterruptedCallTests {
  private func waitingConnection(
    to listener: borrowing TCPListener
  ) throws(IOError) -> TCPStream {
    let client = try TCPStream(connectingTo: try listener.localAddress)
    while try client.finishConnect() == .pending {}
    return client
  }

  // `accept` is the only transfer that calls the C library in every build.
  @Test(arguments: [EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENETUNREACH, EHOSTUNREACH])
  func `accept is repeated after a signal or an error of one connection`(_ code: Int32) throws {
    let listener = try Loopback.listener()
    let client = try waitingConnection(to: listener)
    var result: Result<Bool, IOError>?
    withFault(accepting, code) {
      do throws(IOError) {
        result = .success(try listener.accept() != nil)
      } catch {
        result = .failure(error)
      }
    }
    #expect(result == .success(true))
    _ = client.descriptor
  }

  @Test(arguments: [0, 1])
  func `an interrupted transfer is repeated until it transfers bytes or finds the end of file`(
    _ count: Int
  ) throws {
    let pair = try Loopback.pair()
    var results = [-Int(EINTR), -Int(EINTR), count].makeIterator()
    let result = try pair.first.transfer(.readable, .read) { _ in results.next() ?? -Int(EIO) }
    #expect(result == count)
    #expect(results.next() == nil)
  }

  @Test(arguments: [ECONNABORTED, EPROTO])
  func `accept skips any number of connections that were reset while they waited`(
    _ code: Int32
  ) throws {
    let listener = try Loopback.listener()
    let client = try waitingConnection(to: listener)
    var hasAccepted: Bool?
    withFault(accepting, code, times: 5000) { hasAccepted = try? listener.accept() != nil }
    #expect(hasAccepted == true)
    _ = client.descriptor
  }

  @Test
  func `a listener whose network stays down throws networkDown`() throws {
    let listener = try Loopback.listener()
    withFault(accepting, ENETDOWN, times: 5000) {
      let error = expectError(.networkDown) { () throws(IOError) in _ = try listener.accept() }
      #expect(error?.operation == .accept)
    }
  }

  @Test
  func `an interrupted connect continues`() {
    withFault("connect", EINTR) {
      #expect(throws: Never.self) {
        _ = try TCPStream(connectingTo: SocketAddress(v4: .loopback, port: 9))
      }
    }
  }

  @Test
  func `an interrupted connect of a Unix socket is repeated`() throws {
    let folder = TemporaryFolder()
    let listener = try UnixListener(bindingTo: try folder.address())
    let address = try folder.address()
    var isConnected = false
    withFault("connect", EINTR) {
      isConnected = (try? UnixStream(connectingTo: address)?.peerAddress) != nil
    }
    #expect(isConnected)
    #expect(try listener.accept() != nil)
  }

  @Test
  func `an interrupted connect of a Unix socket throws if the repeated call is refused`() throws {
    let address = try UnixAddress(abstract: "mio-nobody-listens")
    var error: IOError?
    withFault("connect", EINTR) {
      do throws(IOError) {
        _ = try UnixStream(connectingTo: address) != nil
      } catch let thrown {
        error = thrown
      }
    }
    #expect(error == IOError(.connectionRefused, operation: .connect, code: ECONNREFUSED))
  }

  @Test
  func `an interrupted connect of a Unix socket succeeds if the socket is connected`() throws {
    let listener = try UnixListener(bindingTo: .unnamed)
    var name = try listener.localAddress.name(for: .connect)
    let stream = try GenericSocket(family: AF_UNIX, type: Int32(SOCK_STREAM.rawValue))
    #expect(unsafe c_mio_connect(stream.descriptor.rawValue, &name) == 0)
    withFault("connect", EINTR) {
      #expect(unsafe c_mio_connect(stream.descriptor.rawValue, &name) == 0)
    }
  }

  @Test
  func `interrupted calls of bind and open are repeated`() {
    withFault("bind", EINTR) {
      #expect(throws: Never.self) { _ = try Loopback.udpSocket() }
    }
    withFault("open", EINTR) {
      #expect(throws: Never.self) { _ = try DescriptorReserve() }
    }
  }

  @Test
  func `a connect that completes between two queries counts as connected`() throws {
    let listener = try Loopback.listener()
    let client = try waitingConnection(to: listener)
    var status: ConnectStatus?
    withFault("getpeername", ENOTCONN) { status = try? client.finishConnect() }
    #expect(status == .connected)
  }
}

/// The function of the C library that accepts a connection.
private let accepting: StaticString = hasFlagsAtOnce ? "accept4" : "accept"

private let hasFlagsAtOnce = C_MIO_IS_LIKE_APPLE == 0
