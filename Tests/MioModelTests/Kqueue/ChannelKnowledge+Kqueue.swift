extension ChannelKnowledge {
  /// What is known of the system that the tests run on.
  static let ofThisSystem = [ChannelKnowledge(isComplete: false, unreadResets: false)]
}
