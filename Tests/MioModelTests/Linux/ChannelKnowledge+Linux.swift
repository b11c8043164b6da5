extension ChannelKnowledge {
  /// What is known of the system that the tests run on, and what all have in common.
  static let ofThisSystem = [
    ChannelKnowledge(isComplete: true, unreadResets: true),
    ChannelKnowledge(isComplete: false, unreadResets: true),
  ]
}
