import MioCore

/// The helpers that polls are made through.
///
/// The system searches all polls of a helper to cancel one, so each serves a few sockets only.
struct AFDHelpers {
  /// How many sockets a helper serves at most.
  private static let limit = 32

  private struct Helper {
    let handle: Int
    var sockets: Int
  }

  private var helpers: [Helper] = []

  /// Takes a place with a helper, and opens one if all are full.
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

  /// Gives a place back, and returns the helper if it is to be closed: one is kept.
  mutating func release(_ handle: Int) -> Int? {
    guard let position = helpers.firstIndex(where: { $0.handle == handle }) else { return nil }
    helpers[position].sockets -= 1
    guard helpers[position].sockets == 0, helpers.count > 1 else { return nil }
    helpers.remove(at: position)
    return handle
  }

  /// Gives all helpers up.
  mutating func removeAll() -> [Int] {
    defer { helpers = [] }
    return helpers.map(\.handle)
  }
}
