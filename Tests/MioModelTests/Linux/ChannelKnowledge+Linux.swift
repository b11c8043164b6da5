extension ChannelKnowledge {
  /// The properties of the channels of Linux, and the properties that the channels of all systems
  /// share.
  static let ofThisSystem = [
    ChannelKnowledge(isComplete: true, unreadResets: true),
    ChannelKnowledge(isComplete: false, unreadResets: true),
  ]
}
