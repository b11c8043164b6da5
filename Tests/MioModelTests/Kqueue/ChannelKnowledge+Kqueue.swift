extension ChannelKnowledge {
  /// The known properties of the channels of this system.
  static let ofThisSystem = [ChannelKnowledge(isComplete: false, unreadResets: false)]
}
