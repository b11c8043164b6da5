public import Testing

extension Ability {
  /// Why something is not there.
  public static var lacking: [Ability: Comment] {
    [
      .unixSockets: "wine-unix-sockets: Wine has none",
      .pipes: "Windows' anonymous pipes cannot be watched, and its named pipes are another type",
      .shutdownEvents: "Windows does not tell of what was shut down here",
      .resetErrors: "wine-reset-reads-eof: Wine's recv says that the stream is at its end",
      .errorsThatAreTaken: "wine-error-codes: SO_ERROR stays",
      .missingPeerErrors: "wine-error-codes: send says that an argument is invalid",
    ]
  }
}
