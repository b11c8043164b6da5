/// Compiles only for types that threads can share.
func expectSendable<Value: Sendable & ~Copyable>(_ type: Value.Type) {}
