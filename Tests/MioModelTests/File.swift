import MioCore

/// An open file, one end of a channel, as a kernel sees it.
struct File {
  /// What it is.
  enum Kind {
    case unix, receiver, sender, tcp
  }

  let kind: Kind
  /// The other end.
  let peer: Int
  /// How many descriptors stand for it.
  var holders = 1

  /// How many bytes wait to be read.
  var inbound = 0
  /// How many of them come before a byte that was sent out of band.
  var urgentPosition: Int?
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

  init(_ kind: Kind, peer: Int) {
    self.kind = kind
    self.peer = peer
  }
}

// MARK: - Readiness

extension File {
  /// Whether reading would not block.
  var isReadable: Answer {
    switch kind {
    case .sender: isShut ? .maybe : .no
    default: inbound > 0 || isFinished || isReset ? .yes : .no
    }
  }

  /// Whether writing would not block.
  ///
  /// What a full buffer takes again when some of it was read is the kernel's secret.
  func isWritable(to peer: File) -> Answer {
    switch kind {
    case .receiver: isFinished ? .maybe : .no
    case .tcp: .yes
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
    isReset ? .maybe : urgentPosition == nil ? .no : .yes
  }

  /// Whether both directions are over, as far as there are two.
  var isHungUp: Bool {
    switch kind {
    case .unix: isFinished && isShut
    case .tcp: isFinished && isShut || isReset
    case .receiver: isFinished
    case .sender: false
    }
  }

  /// Whether the kernel may tell of an error.
  var mayFail: Bool {
    switch kind {
    case .unix, .tcp: isReset
    case .receiver: false
    case .sender: isShut
    }
  }
}
