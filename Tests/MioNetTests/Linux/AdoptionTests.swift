import CMioSocket
import Glibc
import MioCore
import MioNet
import TestHelpers
import Testing

@Suite(.guardingDescriptors)
struct AdoptionTests {
  @Test
  func `a listener from elsewhere is taken over, and given back`() throws {
    let foreign = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #expect(Glibc.listen(foreign, 5) == 0)
    let listener = try TCPListener(adopting: Descriptor(foreign))
    #expect(OpenDescriptors.isCloseOnExec(foreign) && OpenDescriptors.isNonBlocking(foreign))
    #expect(try listener.accept() == nil)
    let given = listener.takeDescriptor()
    #expect(given == Descriptor(foreign))
    #expect(close(foreign) == 0)
  }

  @Test
  func `what is no stream socket is not taken over, and stays the caller's`() throws {
    let datagram = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    expectError(.invalidArgument) { () throws(IOError) in
      try TCPListener(adopting: Descriptor(datagram))
    }
    #expect(close(datagram) == 0)
    let file = unsafe open("/dev/null", O_RDONLY)
    expectError(.notSocket) { () throws(IOError) in
      try TCPStream(adopting: Descriptor(file))
    }
    #expect(close(file) == 0)
    expectError(.badDescriptor) { () throws(IOError) in
      try TCPStream(adopting: Descriptor(-1))
    }
  }
}
