import CMioSocket
public import MioCore

/// A network interface of this machine, and its addresses.
///
///     for interface in try NetworkInterface.all() where interface.isUp && !interface.isLoopback {
///       print(interface.name, interface.index, interface.addresses.map(\.ip))
///     }
///
/// - SeeAlso: `getifaddrs(3)`, `if_nametoindex(3)`, `GetAdaptersAddresses`.
public struct NetworkInterface: Sendable {
  /// The name, such as `eth0`, or `ethernet_32769` on Windows.
  public let name: String

  /// The number that identifies the interface in options and in group memberships.
  ///
  /// It is also the scope of link-local addresses.
  public let index: UInt32

  /// Whether the interface is in use.
  public let isUp: Bool

  /// Whether the interface is a loopback interface, which leads back to this machine.
  public let isLoopback: Bool

  /// Whether the interface supports multicast.
  public let canMulticast: Bool

  /// The addresses of the interface.
  public internal(set) var addresses: [Address] = []

  /// An address of an interface.
  public struct Address: Hashable, Sendable {
    /// The address.
    public let ip: IPAddress

    /// The number of bits of the address that identify its network, such as 24.
    public let prefixLength: Int
  }

  /// Returns the current interfaces, in the order of the system.
  ///
  /// - Throws: ``IOError`` with the kind `.outOfMemory`, `.tooManyOpenFiles`, or another.
  /// - SeeAlso: `getifaddrs(3)`.
  public static func all() throws(IOError) -> [NetworkInterface] {
    var interfaces: [NetworkInterface] = []
    for record in try records() {
      let interface = NetworkInterface(record)
      // The comparison uses the index: comparing names would need Unicode tables, which Embedded
      // Swift does not link by default.
      let known = interfaces.firstIndex { $0.index == interface.index }
      if known == nil { interfaces.append(interface) }
      guard record.address.family != 0 else { continue }
      interfaces[known ?? interfaces.count - 1].addresses.append(
        Address(ip: IPAddress(record.address), prefixLength: Int(record.prefix_length)))
    }
    return interfaces
  }

  /// Returns the index of the interface with a name.
  ///
  /// - Throws: ``IOError`` with the kind `.notFound` if no interface has the name.
  /// - SeeAlso: `if_nametoindex(3)`.
  public static func index(of name: String) throws(IOError) -> UInt32 {
    // The system would look for the name before the zero byte.
    if name.utf8.contains(0) { try IOError.raise(.notFound, .findInterface) }
    let result = unsafe name.withCString { unsafe c_mio_interface_index($0) }
    try IOError.check(result, .findInterface)
    return UInt32(truncatingIfNeeded: result)
  }

  /// Returns the name of the interface with an index.
  ///
  /// - Throws: ``IOError`` with the kind `.notFound` if no interface has the index.
  /// - SeeAlso: `if_indextoname(3)`.
  public static func name(of index: UInt32) throws(IOError) -> String {
    var record = c_mio_interface()
    let result = unsafe withUnsafeMutableBytes(of: &record.name) { name in
      unsafe c_mio_interface_name(index, name.baseAddress?.assumingMemoryBound(to: CChar.self))
    }
    try IOError.check(result, .findInterface)
    return record.text
  }

  private init(_ record: c_mio_interface) {
    name = record.text
    index = record.index
    isUp = record.flags & C_MIO_INTERFACE_UP != 0
    isLoopback = record.flags & C_MIO_INTERFACE_LOOPBACK != 0
    canMulticast = record.flags & C_MIO_INTERFACE_MULTICAST != 0
  }

  /// Returns one record for each address, and one record without an address for each interface that
  /// has none.
  private static func records() throws(IOError) -> [c_mio_interface] {
    var capacity = 16
    while true {
      var records = [c_mio_interface](repeating: c_mio_interface(), count: capacity)
      let count = unsafe c_mio_list_interfaces(&records, capacity)
      if count < 0 { try IOError.raise(count, .findInterface) }
      if count <= capacity { return Array(records[..<count]) }
      capacity = count
    }
  }
}

extension c_mio_interface {
  fileprivate var text: String {
    unsafe withUnsafeBytes(of: name) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
