#include "CLoom.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

struct c_loom_fiber {
  jmp_buf place;     // where the fiber continues
  ucontext_t start;  // where the fiber begins
  int has_begun;
  void (*body)(long);
  long argument;
};

enum { STACK_SIZE = 256 * 1024, GUARD_SIZE = 4096 };

c_loom_fiber *c_loom_fiber_adopt(void) {
  c_loom_fiber *fiber = calloc(1, sizeof *fiber);
  fiber->has_begun = 1;
  return fiber;
}

// makecontext passes only integers.
static void begin(unsigned high, unsigned low) {
  c_loom_fiber *fiber = (c_loom_fiber *)((unsigned long)high << 32 | low);
  fiber->body(fiber->argument);
  abort();
}

c_loom_fiber *c_loom_fiber_create(void (*body)(long), long argument) {
  c_loom_fiber *fiber = c_loom_fiber_adopt();
  char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED || mprotect(stack, GUARD_SIZE, PROT_NONE) != 0) abort();
  getcontext(&fiber->start);
  fiber->start.uc_stack.ss_sp = stack;
  fiber->start.uc_stack.ss_size = STACK_SIZE;
  fiber->start.uc_link = NULL;
  unsigned long address = (unsigned long)fiber;
  makecontext(&fiber->start, (void (*)(void))begin, 2, (unsigned)(address >> 32), (unsigned)address);
  fiber->body = body;
  fiber->argument = argument;
  fiber->has_begun = 0;
  return fiber;
}

// setcontext makes a system call for the signal mask. The jump does not.
void c_loom_fiber_switch(c_loom_fiber *from, c_loom_fiber *to) {
  if (_setjmp(from->place) != 0) return;
  if (to->has_begun) _longjmp(to->place, 1);
  to->has_begun = 1;
  setcontext(&to->start);
}

static void (*print_crash)(int);

static void crash(int number) {
  signal(number, SIG_DFL);
  print_crash(number);
  raise(number);
}

void c_loom_on_crash(void (*print)(int)) {
  print_crash = print;
  static char stack[256 * 1024];
  stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternative, NULL);
  const int numbers[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS};
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction action = {.sa_handler = crash, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigaction(numbers[i], &action, NULL);
  }
}

int c_loom_fork(void) { return fork(); }

int c_loom_join(int copy) {
  int status = 0;
  if (waitpid(copy, &status, 0) < 0 || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}
