// The kind of sockets that the system has.
#ifndef C_MIO_PLATFORM_H
#define C_MIO_PLATFORM_H

// C_MIO_WINDOWS is for Swift code that is compiled for Linux and runs under Wine. The shims are
// then compiled with the names of both systems.
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
