#if os(Linux) || os(Android) || os(FreeBSD)
/// Whether the system distributes connections over several listeners at one port (`SO_REUSEPORT`).
///
/// Apple's systems, OpenBSD and NetBSD let several listeners bind, and give all connections to one
/// of them. Windows has no such option.
public let canSharePort = true
#else
/// Whether the system distributes connections over several listeners at one port (`SO_REUSEPORT`).
public let canSharePort = false
#endif
