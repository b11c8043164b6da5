/// Finds the lines in bytes that arrive in pieces.
///
/// It looks at each byte at most twice, however small the pieces are.
struct HTTPLines {
  /// The result of a search.
  enum Finding {
    /// The end of the line has not arrived yet.
    case incomplete
    /// The range of a line, without its end.
    case line(Range<Int>)
    /// The line is not allowed.
    case malformed
  }

  /// The end of the last line, at which the next one begins.
  private(set) var end = 0

  private var scanned = 0

  /// Finds the next line.
  ///
  /// - Parameter bytes: The bytes of the last call, and the bytes that have arrived since then.
  /// - Returns: The line, or the reason why there is none.
  mutating func next(in bytes: Span<UInt8>) -> Finding {
    while scanned < bytes.count {
      let byte = bytes[scanned]
      scanned += 1
      guard byte == .lineFeed else { continue }
      // Some recipients accept a lone line feed as the end of a line, and others do not. So it is
      // refused.
      let line = end..<max(end, scanned - 2)
      guard scanned - 2 >= end, bytes[line.upperBound] == .carriageReturn,
        !bytes.hasControls(in: line)
      else { return .malformed }
      end = scanned
      return .line(line)
    }
    return .incomplete
  }

  /// Skips bytes that are no lines.
  mutating func skip(_ count: Int) {
    end += count
    scanned = end
  }

  /// Begins a new count of the bytes, because those before ``end`` are removed.
  mutating func rebase() {
    scanned -= end
    end = 0
  }
}

extension Span<UInt8> {
  /// Whether a line contains control characters other than the tab.
  ///
  /// They are not allowed anywhere.
  fileprivate func hasControls(in line: Range<Int>) -> Bool {
    for position in line {
      let byte = self[position]
      if byte < .space && byte != .tab || byte == .delete { return true }
    }
    return false
  }
}
