import MioCore

/// A model of the effects of reading, writing and closing on channels.
///
/// It covers only the part of a kernel that the model needs.
///
/// Each function receives the outcome of the operation, and throws if that outcome is impossible.
struct Kernel {
  /// The kind of a change of a file.
  enum News {
    /// Bytes arrived, or space became free.
    case progress
    /// Something arrived that every system reports.
    case arrival
    /// One or all directions ended.
    case end
  }

  let knowledge: ChannelKnowledge
  var files: [File] = []
  /// Whether a read may return fewer bytes than are available.
  let transfersMayBeShort: Bool
  /// The changes of files since the last query.
  private var news: [(file: Int, News)] = []

  init(_ knowledge: ChannelKnowledge, transfersMayBeShort: Bool) {
    self.knowledge = knowledge
    self.transfersMayBeShort = transfersMayBeShort
  }

  mutating func takeNews() -> [(file: Int, News)] {
    defer { news.removeAll(keepingCapacity: true) }
    return news
  }

  /// Opens a channel, and returns the number of the first of its two files.
  mutating func open(_ kind: ChannelKind) -> Int {
    let kinds: (File.Kind, File.Kind) =
      switch kind {
      case .unix, .borrowed: (.unix, .unix)
      case .pipe, .fifo, .lastingFIFO: (.sender, .receiver)
      case .tcp: (.tcp, .tcp)
      }
    let first = files.count
    files.append(File(kinds.0, peer: first + 1))
    files.append(File(kinds.1, peer: first))
    files[first + 1].isFIFO = kind == .fifo || kind == .lastingFIFO
    files[first + 1].isLasting = kind == .lastingFIFO
    return first
  }

  /// Opens a FIFO again for writing.
  ///
  /// The writers of a FIFO are one file, because they share its capacity and its end.
  mutating func openWriter(of reader: Int) -> Int {
    let writer = files[reader].peer
    files[writer].holders += 1
    files[writer].isShut = false
    files[reader].isFinished = false
    tellBoth(writer, .progress)
    return writer
  }

  mutating func duplicate(_ file: Int) {
    files[file].holders += 1
  }
}

extension Kernel {
  mutating func tell(_ file: Int, _ what: News) {
    news.append((file, what))
  }

  mutating func tellBoth(_ file: Int, _ what: News) {
    tell(file, what)
    tell(files[file].peer, what)
  }
}

func expect(_ outcome: Outcome, _ expected: Outcome) throws(Disagreement) {
  if outcome != expected { throw Disagreement("\(outcome), and not \(expected)") }
}
