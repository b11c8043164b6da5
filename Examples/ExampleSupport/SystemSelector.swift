// The selector of the system that an example is built for: a program picks its backend, and writes the name
// of it once.
#if MIO_AFD_CALLS || os(Windows)

public import MioWindows

/// `AFDSelector`, on Windows.
public typealias SystemSelector = AFDSelector

#elseif os(Linux) || os(Android)

public import MioEpoll

/// `EpollSelector`, on Linux.
public typealias SystemSelector = EpollSelector

#else

public import MioKqueue

/// `KqueueSelector`, on Apple's systems and the BSDs.
public typealias SystemSelector = KqueueSelector

#endif
