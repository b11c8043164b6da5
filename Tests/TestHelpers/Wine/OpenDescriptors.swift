import CWineHandles
public import MioCore

/// The handles that this process has open.
public enum OpenDescriptors {
  /// Each with its type's number: sockets are files.
  public static func list() -> [Int32: String] {
    var room = [c_wine_handle](repeating: c_wine_handle(), count: 20_000)
    let count = unsafe c_wine_handles(&room, room.count)
    return Dictionary(uniqueKeysWithValues: room[..<count].map { ($0.value, "type \($0.type)") })
  }

  /// Whether a process that this one starts does not get the handle.
  public static func isCloseOnExec(_ handle: Int32) -> Bool {
    c_wine_is_inherited(Int(handle)) == 0
  }

  /// Windows does not tell whether a socket blocks.
  public static func isNonBlocking(_ handle: Int32) -> Bool { true }

  /// Whether the handle is as all of Mio's are.
  public static func isSafe(_ descriptor: Descriptor) -> Bool {
    c_wine_is_inherited(descriptor.rawValue) == 0
  }

  /// Makes a socket block, and be inherited, as those of other libraries are.
  public static func clearFlags(of socket: Int32) {
    c_wine_make_ordinary(Int(socket))
  }

  /// Waits until all that is gone is closed.
  ///
  /// The first call lets Windows open what it keeps.
  static func settle() {
    _ = first
  }

  private static let first: Void = {
    _ = try? Loopback.pair()
    _ = try? Loopback.udpPair()
    _ = try? TestedSelector.afd.makePoll().makeWaker(token: 0).wake()
    try? Worker {}.join()
  }()
}
