import MioCore

/// The helpers, through which polls are made.
///
/// To cancel a poll, the system searches all polls of its helper. Each helper therefore serves only
/// a few sockets.
struct AFDHelpers {
  /// The maximum number of sockets that a helper serves.
  private static let limit = 32

  private struct Helper {
    let handle: Int
    var sockets: Int
  }

  private var helpers: [Helper] = []

  /// Reserves a place with a helper, and opens a helper if all are full.
  ///
  /// A socket keeps its place while it is registered, so that its polls need not look for one.
  mutating func acquire(_ open: () -> Int) throws(IOError) -> Int {
    if let position = helpers.firstIndex(where: { $0.sockets < Self.limit }) {
      helpers[position].sockets += 1
      return helpers[position].handle
    }
    let handle = open()
    try IOError.checkWin32(handle, .register)
    helpers.append(Helper(handle: handle, sockets: 1))
    return handle
  }

  /// Releases a place, and returns the helper if the caller must close it.
  ///
  /// One helper is always kept.
  mutating func release(_ handle: Int) -> Int? {
    guard let position = helpers.firstIndex(where: { $0.handle == handle }) else { return nil }
    helpers[position].sockets -= 1
    guard helpers[position].sockets == 0, helpers.count > 1 else { return nil }
    helpers.remove(at: position)
    return handle
  }

  /// Removes all helpers and returns their handles.
  mutating func removeAll() -> [Int] {
    defer { helpers = [] }
    return helpers.map(\.handle)
  }
}
