import MioCore

/// The promises of the contract about registries, sources, wakers and polls, as a state machine.
///
/// It receives each operation with its outcome, and throws a `Disagreement` if the contract does
/// not allow this outcome. It does not depend on the queue of any system.
struct Model {
  /// What the contract leaves to a selector.
  struct Latitude {
    /// Whatever is new makes an edge tell all that holds, drained or not.
    ///
    /// If not, a direction is told once, and again after it would have blocked; only the end of a source
    /// comes uncalled.
    var edgesTellEverything: Bool
    /// The signal of a wake may take the room of one event, in one poll.
    var signalsTakeRoom: Bool
    /// A source that an edge has told to be hung up is passed over until an operation would have blocked,
    /// also if it hangs up no more.
    var hangUpsAreFinal: Bool
    /// How many records of the room a source may take.
    ///
    /// If the room ends between them, one poll tells the one part, and the next one the other.
    var recordsPerSource = 1
    /// What ended is told with the direction that ended, also if this end ended it.
    var hintsAreOfDirections = false
    /// Bytes out of band can be watched.
    var knowsPriority = true
    /// Closing ends a registration, also if it was not deregistered.
    var noticesClosing = true
    /// Registering a number replaces what is registered for it.
    ///
    /// If that is another source's, it is put back, which is an edge; a one-shot that was told is not noticed.
    var replacesNumbers = false
    /// A pending error stays until an operation takes it, and the selector does not.
    var leavesErrors = true
    /// A read may take less than there is.
    var transfersMayBeShort = false
  }

  /// A source that a place holds.
  struct Source {
    let file: Int
    let number: Int32
    let isBorrowed: Bool
    var registration: Registration?
  }

  /// Somebody who waits for a token.
  struct Waker {
    let selector: Int
    let token: Token
  }

  /// What polls owe.
  struct PendingWake {
    let selector: Int
    let token: Token
    /// For how many polls there was no room.
    var patience = 0
  }

  /// A registration whose descriptor was closed behind its back.
  ///
  /// The system may take another file of that number for it, until that one is registered itself.
  struct Orphan {
    let selector: Int
    let token: Token
    let number: Int32
  }

  static let placeCount = 8
  static let wakerCount = 3
  /// After how many polls with room for one event everybody had a turn.
  static let turnCount = 32
  /// The first registries are those of the polls.
  static let pollCount = 2
  static let duplicates = pollCount..<4
  static let registryCount = duplicates.upperBound

  let latitude: Latitude
  let knowledge: ChannelKnowledge
  var kernel: Kernel
  var places = [Source?](repeating: nil, count: placeCount)
  var wakers = [Waker?](repeating: nil, count: wakerCount)
  var pendingWakes: [PendingWake] = []
  /// The selectors that may still have to be told of a wake by the system.
  var signaled: Set<Int> = []
  var orphans: [Orphan] = []
  /// Which selector each registry belongs to.
  var registries: [Int?] = [0, 1, nil, nil]
  var encounters = Encounters()
  var selectorCount = pollCount
  private var tokenCount: UInt = 0

  init(_ latitude: Latitude, _ knowledge: ChannelKnowledge) {
    self.latitude = latitude
    self.knowledge = knowledge
    kernel = Kernel(knowledge, transfersMayBeShort: latitude.transfersMayBeShort)
  }

  /// The token of the next registration, or waker.
  ///
  /// No token is used twice, so that an event that comes too late is known. Tokens are words of all
  /// kinds.
  var nextToken: Token { Token(tokenCount &* 0x9E37_79B9_7F4A_7C15) }

  mutating func takeToken() -> Token {
    defer { tokenCount += 1 }
    return nextToken
  }

  func isAlive(_ selector: Int) -> Bool {
    registries.contains(selector)
  }

  func file(at place: Int) -> File? {
    places[place].map { kernel.files[$0.file] }
  }

  func peer(at place: Int) -> File? {
    file(at: place).map { kernel.files[$0.peer] }
  }
}
