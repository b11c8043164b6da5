public import Testing

extension Ability {
  /// The missing features and the reasons why they are missing.
  public static var lacking: [Ability: Comment] {
    [
      .unixSockets: "wine-unix-sockets: Wine has none",
      .pipes: "Windows' anonymous pipes cannot be watched, and its named pipes are another type",
      .shutdownEvents: "Windows does not tell of what was shut down here",
      .resetErrors: "wine-reset-reads-eof: Wine's recv says that the stream is at its end",
      .unconnectedErrors: "Windows takes what was never connected for what still connects",
      .unreachableErrors: "sockets are told on Windows only if they ask, and Wine does not tell",
      .exactErrors: "wine-error-codes: an argument is invalid, or not supported",
      .sharedPorts: "Windows has no ports that are shared safely",
      .unboundPorts: "Windows leaves a socket its port",
      .offload: "wine-offload: Wine has none",
      .congestionMarks: "wine-ecn: Wine does not send them",
      .errorsThatAreTaken: "wine-error-codes: SO_ERROR stays",
      .missingPeerErrors: "wine-error-codes: send says that an argument is invalid",
    ]
  }
}
