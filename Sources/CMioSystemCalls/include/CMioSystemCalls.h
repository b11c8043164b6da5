// C_MIO_CALL(function, arguments...) makes a system call. Its value is the result, or the negated
// error code.
//
// On Linux, on architectures where the convention is implemented here, the call does not use the C
// library. In a program with threads, the C library's functions for reading, writing and waiting
// prepare for pthread_cancel, which Swift does not use. This takes two calls and two atomic
// operations. Each function also stores the error code in errno, from where it has to be fetched.
// Use C_MIO_CALL only for the calls of a busy loop, so that tools can still interpose the others.
//
// If C_MIO_USE_LIBC is defined, all calls use the C library. This is for tools that replace its
// functions, such as sanitizers.
#ifndef C_MIO_SYSTEM_CALLS_H
#define C_MIO_SYSTEM_CALLS_H

#include <errno.h>
#include <stdint.h>

// The result of a function of the C library, or the negated error code.
#define C_MIO_RESULT(call)                                       \
  ({                                                             \
    __typeof__(call) c_mio_result_ = (call);                     \
    c_mio_result_ < 0 ? (__typeof__(call))-errno : c_mio_result_; \
  })

#if defined(__linux__) && defined(__LP64__) && !defined(C_MIO_USE_LIBC) && \
    (defined(__x86_64__) || defined(__aarch64__))

#include <sys/syscall.h>

#define C_MIO_CALL(function, ...) \
  C_MIO_CALL_WITH(__VA_ARGS__, 6, 5, 4, 3)(SYS_##function, __VA_ARGS__)
#define C_MIO_CALL_WITH(a, b, c, d, e, f, count, ...) C_MIO_CALL_##count

#define C_MIO_CALL_3(number, a, b, c) \
  c_mio_call3(number, (long)(a), (long)(b), (long)(c))
#define C_MIO_CALL_4(number, a, b, c, d) \
  c_mio_call4(number, (long)(a), (long)(b), (long)(c), (long)(d))
#define C_MIO_CALL_5(number, a, b, c, d, e) \
  c_mio_call6(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define C_MIO_CALL_6(number, a, b, c, d, e, f) \
  c_mio_call6(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

#if defined(__x86_64__)

static inline long c_mio_call3(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return result;
}

static inline long c_mio_call4(long number, long a, long b, long c, long d) {
  long result;
  register long fourth __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
}

static inline long c_mio_call6(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long fourth __asm__("r10") = d;
  register long fifth __asm__("r8") = e;
  register long sixth __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "rcx", "r11", "memory");
  return result;
}

#else

static inline long c_mio_call6(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc #0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
}

static inline long c_mio_call3(long number, long a, long b, long c) {
  return c_mio_call6(number, a, b, c, 0, 0, 0);
}

static inline long c_mio_call4(long number, long a, long b, long c, long d) {
  return c_mio_call6(number, a, b, c, d, 0, 0);
}

#endif

#else

#define C_MIO_CALL(function, ...) C_MIO_RESULT(function(__VA_ARGS__))

#endif

#endif
