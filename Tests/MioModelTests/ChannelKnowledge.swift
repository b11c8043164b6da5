import MioCore
import Testing

/// The properties of a system's channels beyond the common ones.
struct ChannelKnowledge: Sendable {
  /// Whether all channels and operations of ``Operation`` are known.
  ///
  /// Otherwise only Unix streams and pipes are known, as bytes that flow until the writer has
  /// finished or an end was closed.
  let isComplete: Bool
  /// Whether a Unix stream that is closed with unread bytes resets its peer.
  let unreadResets: Bool

  func includes(_ operation: Operation) -> Bool {
    if isComplete { return true }
    return switch operation {
    case .open(let kind, _, _): [.unix, .borrowed, .pipe].contains(kind)
    case .shutdown(_, let directions): directions == .write
    case .openSocket, .openWriter, .listen, .connect, .refuse, .finishConnect, .accept,
      .sendUrgently, .receiveUrgently,
      .sendDescriptor, .readDescriptors, .reset:
      false
    default: true
    }
  }
}

extension ChannelKnowledge: CustomTestStringConvertible {
  var testDescription: String { isComplete ? "all channels" : "common channels" }
}
