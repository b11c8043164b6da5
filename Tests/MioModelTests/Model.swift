import MioCore

/// The promises of the contract about registries, sources, wakers and polls, as a state machine.
///
/// It receives each operation with its outcome, and throws a `Disagreement` if the contract does
/// not allow this outcome. It does not depend on the queue of any system.
struct Model {
  /// The behaviour that the contract leaves to a selector.
  struct Latitude {
    /// Whether any news makes an edge report all readiness, drained or not.
    ///
    /// If not, a direction is reported once, and again after an operation would have blocked. Only
    /// the end of a source is always reported.
    var edgesTellEverything: Bool
    /// Whether the signal of a wake may take the space of one event in one poll.
    var signalsTakeRoom: Bool
    /// Whether a source is ignored after an edge has reported a hang-up, until an operation would
    /// have blocked.
    ///
    /// It is ignored even if the hang-up no longer holds.
    var hangUpsAreFinal: Bool
    /// The number of records that a source may take in the buffer.
    ///
    /// If the capacity ends between them, one poll reports a part, and the next poll reports the
    /// rest.
    var recordsPerSource = 1
    /// Whether an end is reported with its direction, even if this side has ended the direction.
    var hintsAreOfDirections = false
    /// Whether urgent data can be watched.
    var knowsPriority = true
    /// Whether closing ends a registration that was not deregistered.
    var noticesClosing = true
    /// Whether registering a descriptor number replaces the registration of that number.
    ///
    /// If that registration belongs to another source, it is restored, which is an edge. A reported
    /// one-shot registration is not detected.
    var replacesNumbers = false
    /// Whether a pending error stays until an operation takes it.
    ///
    /// Otherwise the selector may take it.
    var leavesErrors = true
    /// Whether a read may return fewer bytes than are available.
    var transfersMayBeShort = false
  }

  /// A source in a place.
  struct Source {
    let file: Int
    let number: Int32
    let isBorrowed: Bool
    var registration: Registration?
  }

  /// A waker and its token.
  struct Waker {
    let selector: Int
    let token: Token
  }

  /// A wake that a poll must report.
  struct PendingWake {
    let selector: Int
    let token: Token
    /// The number of polls without space for the wake.
    var patience = 0
  }

  /// A registration whose descriptor was closed without its source.
  ///
  /// The system may apply it to another file with the same number, until that file is registered
  /// itself.
  struct Orphan {
    let selector: Int
    let token: Token
    let number: Int32
  }

  static let placeCount = 8
  static let wakerCount = 3
  /// The number of polls with a capacity of one event after which everything had its turn.
  static let turnCount = 32
  /// The first registries belong to the polls.
  static let pollCount = 2
  static let duplicates = pollCount..<4
  static let registryCount = duplicates.upperBound

  let latitude: Latitude
  let knowledge: ChannelKnowledge
  var kernel: Kernel
  var places = [Source?](repeating: nil, count: placeCount)
  var wakers = [Waker?](repeating: nil, count: wakerCount)
  var pendingWakes: [PendingWake] = []
  /// The selectors to which the system may still have to report a wake.
  var signaled: Set<Int> = []
  var orphans: [Orphan] = []
  /// The selector of each registry.
  var registries: [Int?] = [0, 1, nil, nil]
  var encounters = Encounters()
  var selectorCount = pollCount
  private var tokenCount: UInt = 0

  init(_ latitude: Latitude, _ knowledge: ChannelKnowledge) {
    self.latitude = latitude
    self.knowledge = knowledge
    kernel = Kernel(knowledge, transfersMayBeShort: latitude.transfersMayBeShort)
  }

  /// The token of the next registration or waker.
  ///
  /// No token is used twice, so that a late event is recognised. The tokens are spread over all
  /// words.
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
