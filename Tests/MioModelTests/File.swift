import MioCore

/// An open file, which is one end of a channel, as a kernel sees it.
struct File {
  /// The kind of a file.
  enum Kind {
    case unix, receiver, sender, tcp
    /// A TCP socket that neither listens nor is connected.
    case socket
    /// A listening TCP socket.
    case listener
    /// A UDP socket whose peer does not exist.
    case unheard
  }

  var kind: Kind
  /// The other end, or the file itself if there is none.
  var peer: Int
  /// The number of its descriptors.
  var holders = 1

  /// The number of unread bytes.
  var inbound = 0
  /// The number of unread bytes before a byte of urgent data.
  var urgentPosition: Int?
  /// Whether the urgent byte was received, while reading has not passed its position yet.
  var isUrgentTaken = false
  /// The positions of the bytes that carry descriptors.
  var descriptors: [Int] = []
  /// Whether a write would have blocked, and no byte was read since.
  var isFull = false
  /// Whether no more bytes arrive: the peer has finished, or reading was shut down.
  var isFinished = false
  /// Whether no more bytes can be written: this end has finished, or the reader is gone.
  var isShut = false
  /// Whether the peer has reset the connection.
  ///
  /// Unix sockets clear it when they have reported it.
  var isReset = false
  /// Whether the connect was refused, because there was no listener.
  var isRefused = false

  /// Whether the channel is a FIFO, which can be opened again for writing.
  var isFIFO = false
  /// Whether the file is also open for writing, so that its stream never ends.
  var isLasting = false
  /// The other ends of the connections that wait to be accepted.
  var backlog: [Int] = []
  /// Whether a message has caused an error that waits to be taken.
  var hasError = false
  /// Whether a selector may have taken the error.
  var isErrorDoubtful = false

  /// The error of TCP after a reset.
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
  /// Whether the file is one of two ends.
  var hasPeer: Bool {
    switch kind {
    case .unix, .receiver, .sender, .tcp: true
    case .socket, .listener, .unheard: false
    }
  }

  /// Whether a read would not block.
  var isReadable: Answer {
    switch kind {
    case .sender: isShut ? .maybe : .no
    case .socket: .yes
    case .listener: backlog.isEmpty ? .no : .yes
    case .unheard: hasError ? (isErrorDoubtful ? .maybe : .yes) : .no
    case .unix, .receiver, .tcp: inbound > 0 || isFinished || isReset ? .yes : .no
    }
  }

  /// Whether a write would not block.
  ///
  /// The kernel decides how much a full buffer accepts again after a part of it was read.
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

  /// Whether urgent data is available.
  var hasPriority: Answer {
    isReset ? .maybe : urgentPosition == nil || isUrgentTaken ? .no : .yes
  }

  /// Whether both directions have ended, or the only one.
  var isHungUp: Bool {
    switch kind {
    case .unix: isFinished && isShut
    case .tcp: isFinished && isShut || isReset
    case .receiver: isFinished
    case .socket: true
    case .sender, .listener, .unheard: false
    }
  }

  /// Whether the kernel may report an error.
  var mayFail: Bool {
    switch kind {
    case .unix, .tcp: isReset
    case .receiver, .socket, .listener: false
    case .sender: isShut
    case .unheard: hasError
    }
  }
}
