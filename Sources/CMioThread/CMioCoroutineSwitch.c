#define _GNU_SOURCE
#include "CMioCoroutine.h"
#include "Coroutines.h"

#if defined(SWITCHES_STACKS)

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

// Stacks

// OpenBSD requires that the memory of a stack is mapped as a stack.
#if defined(__OpenBSD__)
enum { STACK_FLAGS = MAP_PRIVATE | MAP_ANON | MAP_STACK };
#else
enum { STACK_FLAGS = MAP_PRIVATE | MAP_ANON };
#endif

enum { STACK_SIZE = 256 * 1024, GUARD_SIZE = 64 * 1024, KEPT_STACKS = 64 };

// The stacks of ended coroutines are kept, because a simulation makes a few coroutines thousands of
// times.
static pthread_mutex_t stacks_lock = PTHREAD_MUTEX_INITIALIZER;
static char *stacks[KEPT_STACKS];
static int stack_count;

static char *take_stack(void) {
  pthread_mutex_lock(&stacks_lock);
  char *stack = stack_count > 0 ? stacks[--stack_count] : NULL;
  pthread_mutex_unlock(&stacks_lock);
  if (stack) return stack;
  stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, STACK_FLAGS, -1, 0);
  if (stack == MAP_FAILED) return NULL;
  if (mprotect(stack, GUARD_SIZE, PROT_NONE) == 0) return stack;
  munmap(stack, STACK_SIZE);
  return NULL;
}

static void give_stack(char *stack) {
  pthread_mutex_lock(&stacks_lock);
  int is_kept = stack_count < KEPT_STACKS;
  if (is_kept) stacks[stack_count++] = stack;
  pthread_mutex_unlock(&stacks_lock);
  if (!is_kept) munmap(stack, STACK_SIZE);
}

// The switch

// Saves the registers that a call preserves on the running stack, stores the stack pointer in
// `*from`, and continues at the stack pointer `to`.
void c_mio_coroutine_switch(void **from, void *to);

#if defined(__x86_64__)

__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".hidden c_mio_coroutine_switch\n"
        ".globl c_mio_coroutine_switch\n"
        ".type c_mio_coroutine_switch, @function\n"
        "c_mio_coroutine_switch:\n"
        "  pushq %rbp\n"
        "  pushq %rbx\n"
        "  pushq %r12\n"
        "  pushq %r13\n"
        "  pushq %r14\n"
        "  pushq %r15\n"
        "  movq %rsp, (%rdi)\n"
        "  movq %rsi, %rsp\n"
        "  popq %r15\n"
        "  popq %r14\n"
        "  popq %r13\n"
        "  popq %r12\n"
        "  popq %rbx\n"
        "  popq %rbp\n"
        "  ret\n"
        ".size c_mio_coroutine_switch, . - c_mio_coroutine_switch\n"
        ".popsection\n");

enum { RETURN_WORD = 6, FRAME_WORDS = 8 };

#else

__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".hidden c_mio_coroutine_switch\n"
        ".globl c_mio_coroutine_switch\n"
        ".type c_mio_coroutine_switch, %function\n"
        "c_mio_coroutine_switch:\n"
        "  sub sp, sp, #160\n"
        "  stp x19, x20, [sp, #0]\n"
        "  stp x21, x22, [sp, #16]\n"
        "  stp x23, x24, [sp, #32]\n"
        "  stp x25, x26, [sp, #48]\n"
        "  stp x27, x28, [sp, #64]\n"
        "  stp x29, x30, [sp, #80]\n"
        "  stp d8, d9, [sp, #96]\n"
        "  stp d10, d11, [sp, #112]\n"
        "  stp d12, d13, [sp, #128]\n"
        "  stp d14, d15, [sp, #144]\n"
        "  mov x9, sp\n"
        "  str x9, [x0]\n"
        "  mov sp, x1\n"
        "  ldp x19, x20, [sp, #0]\n"
        "  ldp x21, x22, [sp, #16]\n"
        "  ldp x23, x24, [sp, #32]\n"
        "  ldp x25, x26, [sp, #48]\n"
        "  ldp x27, x28, [sp, #64]\n"
        "  ldp x29, x30, [sp, #80]\n"
        "  ldp d8, d9, [sp, #96]\n"
        "  ldp d10, d11, [sp, #112]\n"
        "  ldp d12, d13, [sp, #128]\n"
        "  ldp d14, d15, [sp, #144]\n"
        "  add sp, sp, #160\n"
        "  ret\n"
        ".size c_mio_coroutine_switch, . - c_mio_coroutine_switch\n"
        ".popsection\n");

enum { RETURN_WORD = 11, FRAME_WORDS = 20 };

#endif

// Coroutines

struct c_mio_coroutine {
  void (*body)(void *);
  void *context;
  char *stack;
  void *place;                // the stack pointer at which it continues
  void *resumer;              // the stack pointer at which the resuming code continues
  c_mio_coroutine *enclosing; // the coroutine that resumed it, or NULL
  int has_ended;
};

static _Thread_local c_mio_coroutine *running;

static void leave(c_mio_coroutine *coroutine) {
  running = coroutine->enclosing;
  c_mio_coroutine_switch(&coroutine->place, coroutine->resumer);
}

static void begin(void) {
  c_mio_coroutine *coroutine = running;
  coroutine->body(coroutine->context);
  coroutine->has_ended = 1;
  leave(coroutine);
  abort(); // an ended coroutine is never resumed
}

c_mio_coroutine *c_mio_coroutine_create(void (*body)(void *), void *context) {
  c_mio_coroutine *coroutine = calloc(1, sizeof *coroutine);
  if (!coroutine) return NULL;
  coroutine->stack = take_stack();
  if (!coroutine->stack) {
    free(coroutine);
    return NULL;
  }
  coroutine->body = body;
  coroutine->context = context;
  // The frame looks as if `begin` had been called and had switched in its first instruction.
  uintptr_t *frame = (uintptr_t *)(coroutine->stack + STACK_SIZE) - FRAME_WORDS;
  for (int i = 0; i < FRAME_WORDS; i++) frame[i] = 0;
  frame[RETURN_WORD] = (uintptr_t)begin;
  coroutine->place = frame;
  return coroutine;
}

int c_mio_coroutine_resume(c_mio_coroutine *coroutine) {
  coroutine->enclosing = running;
  running = coroutine;
  c_mio_coroutine_switch(&coroutine->resumer, coroutine->place);
  return coroutine->has_ended;
}

void c_mio_coroutine_suspend(void) { leave(running); }

void *c_mio_coroutine_context(void) { return running ? running->context : NULL; }

void c_mio_coroutine_call(void (*body)(void *), void *context) {
  c_mio_coroutine call = {.context = context, .enclosing = running};
  running = &call;
  body(context);
  running = call.enclosing;
}

void c_mio_coroutine_destroy(c_mio_coroutine *coroutine) {
  give_stack(coroutine->stack);
  free(coroutine);
}

int c_mio_coroutine_is_thread(void) { return 0; }

#endif
