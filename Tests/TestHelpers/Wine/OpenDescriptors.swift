import CWineHandles
public import MioCore

/// The open handles of this process.
public enum OpenDescriptors {
  /// Returns the open handles with the numbers of their types.
  ///
  /// The type of sockets is that of files.
  public static func list() -> [Int32: String] {
    var room = [c_wine_handle](repeating: c_wine_handle(), count: 20_000)
    let count = unsafe c_wine_handles(&room, room.count)
    return Dictionary(uniqueKeysWithValues: room[..<count].map { ($0.value, "type \($0.type)") })
  }

  /// Returns whether a process that this process starts does not inherit the handle.
  public static func isCloseOnExec(_ handle: Int32) -> Bool {
    c_wine_is_inherited(Int(handle)) == 0
  }

  /// Always returns `true`, because Windows does not report whether a socket blocks.
  public static func isNonBlocking(_ handle: Int32) -> Bool { true }

  /// Returns whether the handle is not inherited, like all handles of Mio.
  public static func isSafe(_ descriptor: Descriptor) -> Bool {
    c_wine_is_inherited(descriptor.rawValue) == 0
  }

  /// Makes a socket blocking and inheritable, like those of other libraries.
  public static func clearFlags(of socket: Int32) {
    c_wine_make_ordinary(Int(socket))
  }

  /// Waits until the handles of all closed objects are closed.
  ///
  /// The first call lets Windows open the handles that it keeps.
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
