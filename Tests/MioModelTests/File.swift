import MioCore

/// An open file, which is one end of a channel, as a kernel sees it.
struct File {
  /// What it is.
  enum Kind {
    case unix, receiver, sender, tcp
    /// A TCP socket that neither listens nor is connected.
    case socket
    /// A TCP socket that listens.
    case listener
    /// A UDP socket whose peer does not exist.
    case unheard
  }

  var kind: Kind
  /// The other end; itself if it has none.
  var peer: Int
  /// How many descriptors stand for it.
  var holders = 1

  /// How many bytes wait to be read.
  var inbound = 0
  /// How many of them come before a byte that was sent out of band.
  var urgentPosition: Int?
  /// That byte was received, and reading has still to pass it over.
  var isUrgentTaken = false
  /// Which of the bytes bring descriptors along.
  var descriptors: [Int] = []
  /// A write would have blocked, and nothing was taken since.
  var isFull = false
  /// Nothing more will arrive: the peer finished, or reading was shut down.
  var isFinished = false
  /// Nothing more can be written: this end finished, or nobody reads.
  var isShut = false
  /// The peer cut the connection.
  ///
  /// Unix sockets forget it when they have told.
  var isReset = false
  /// There never was a connection: nobody listened.
  var isRefused = false

  /// What it is the reader of can be opened again for writing.
  var isFIFO = false
  /// It is open for writing as well, so it never comes to an end.
  var isLasting = false
  /// The other ends of connections that wait to be accepted.
  var backlog: [Int] = []
  /// What was sent has come back as an error, which waits to be taken.
  var hasError = false
  /// A selector may have taken the error that an operation has not.
  var isErrorDoubtful = false

  /// What TCP says of a connection that was cut.
  var resetError: Outcome { .failed(isRefused ? .connectionRefused : .connectionReset) }

  init(_ kind: Kind, peer: Int) {
    self.kind = kind
    self.peer = peer
  }

  mutating func forgetError() {
    hasError = false
    isErrorDoubtful = false
  }
}

// MARK: - Readiness

extension File {
  /// Whether it is one of two ends.
  var hasPeer: Bool {
    switch kind {
    case .unix, .receiver, .sender, .tcp: true
    case .socket, .listener, .unheard: false
    }
  }

  /// Whether reading would not block.
  var isReadable: Answer {
    switch kind {
    case .sender: isShut ? .maybe : .no
    case .socket: .yes
    case .listener: backlog.isEmpty ? .no : .yes
    case .unheard: hasError ? (isErrorDoubtful ? .maybe : .yes) : .no
    case .unix, .receiver, .tcp: inbound > 0 || isFinished || isReset ? .yes : .no
    }
  }

  /// Whether writing would not block.
  ///
  /// What a full buffer takes again when some of it was read is the kernel's secret.
  func isWritable(to peer: File) -> Answer {
    switch kind {
    case .receiver: isFinished || isLasting ? .maybe : .no
    case .listener: .no
    case .tcp, .socket, .unheard: .yes
    case .unix, .sender:
      if peer.holders == 0 || peer.inbound == 0 {
        .yes
      } else if isFull {
        isShut ? .maybe : .no
      } else {
        .maybe
      }
    }
  }

  /// Whether a byte out of band waits.
  var hasPriority: Answer {
    isReset ? .maybe : urgentPosition == nil || isUrgentTaken ? .no : .yes
  }

  /// Whether both directions are over, as far as there are two.
  var isHungUp: Bool {
    switch kind {
    case .unix: isFinished && isShut
    case .tcp: isFinished && isShut || isReset
    case .receiver: isFinished
    case .socket: true
    case .sender, .listener, .unheard: false
    }
  }

  /// Whether the kernel may tell of an error.
  var mayFail: Bool {
    switch kind {
    case .unix, .tcp: isReset
    case .receiver, .socket, .listener: false
    case .sender: isShut
    case .unheard: hasError
    }
  }
}
