import MioCore
import Testing

/// The properties of a system's channels beyond the common ones.
struct ChannelKnowledge: Sendable {
  /// All that ``Operation`` names; otherwise Unix streams and pipes, as plain bytes that go one way or the
  /// other until the writer has finished or somebody has closed.
  let isComplete: Bool
  /// A Unix stream that is closed with unread bytes cuts its peer off.
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
