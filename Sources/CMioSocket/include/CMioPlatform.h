// Which kind of sockets the system has.
#ifndef C_MIO_PLATFORM_H
#define C_MIO_PLATFORM_H

// C_MIO_WINDOWS: Swift that is compiled for Linux, to run under Wine. There the shims are compiled with
// both names for the system.
#if defined(_WIN32) || defined(C_MIO_WINDOWS)
#define C_MIO_HAS_WINSOCK 1
#define C_MIO_IS_POSIX 0
#elif defined(__unix__) || defined(__APPLE__)
#define C_MIO_HAS_WINSOCK 0
#define C_MIO_IS_POSIX 1
#else
#define C_MIO_HAS_WINSOCK 0
#define C_MIO_IS_POSIX 0
#endif

#if C_MIO_IS_POSIX && defined(__linux__)
#define C_MIO_IS_LINUX 1
#else
#define C_MIO_IS_LINUX 0
#endif

#endif
