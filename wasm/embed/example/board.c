/* Start-up, output and the instruction counter of QEMU's MPS2 boards (an385, an386, an505). */
#include "board.h"

#include <string.h>

#define SYST_CSR (*(volatile uint32_t *)0xe000e010u)
#define SYST_RVR (*(volatile uint32_t *)0xe000e014u)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018u)
#define CPACR (*(volatile uint32_t *)0xe000ed88u)

#define SYS_WRITE0 0x04
#define SYS_EXIT 0x18
#define STOPPED_BY_RUNTIME 0x20023
#define STOPPED_BY_APPLICATION 0x20026

/* Bytes at the low end of the stack that still hold the paint were never in use. */
#define PAINT 0x5a

extern uint8_t data_from[], data_begin[], data_end[], bss_begin[], bss_end[];
extern uint8_t stack_low[], stack_high[];
int main(void);
void reset(void);
static void fault(void);

/* Armv7-M: the first word is the stack pointer, then come the exceptions. */
__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_high,     (const void *)reset,  (const void *)fault, (const void *)fault,
    (const void *)fault, (const void *)fault, (const void *)fault};

static uint32_t instructions_per_tick;

static int semihost(int operation, const void *argument) {
  register int r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void board_print(const char *text) { (void)semihost(SYS_WRITE0, text); }

static void fault(void) {
  board_print("fault\n");
  (void)semihost(SYS_EXIT, (const void *)STOPPED_BY_RUNTIME);
}

uint32_t board_now(void) { return SYST_CVR; }

/* SysTick counts down in 24 bits. */
static uint32_t ticks_since(uint32_t now) { return (now - SYST_CVR) & 0xffffffu; }

uint32_t board_instructions_since(uint32_t now) {
  return ticks_since(now) * instructions_per_tick;
}

/* SysTick runs at the board's clock and -icount shift=0 makes an instruction a nanosecond: a loop of
 * known length tells how many go into a tick, whatever the board. */
static void calibrate(void) {
  const uint32_t rounds = 1000000;
  uint32_t left = rounds;
  SYST_RVR = 0xffffffu;
  SYST_CVR = 0;
  SYST_CSR = 5;
  uint32_t from = board_now();
  __asm__ volatile("1: subs %0, %0, #1\n bne 1b" : "+r"(left) : : "cc");
  uint32_t ticks = ticks_since(from);
  instructions_per_tick = (2 * rounds + ticks / 2) / ticks;
}

static void paint_stack(void) {
  for (uint8_t *at = stack_low; at < (uint8_t *)__builtin_frame_address(0) - 64; at++) *at = PAINT;
}

uint32_t board_stack_used(void) {
  const uint8_t *at = stack_low;
  while (*at == PAINT) at++;
  return (uint32_t)(stack_high - at);
}

void reset(void) {
  memcpy(data_begin, data_from, (size_t)(data_end - data_begin));
  memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
#ifdef __ARM_FP
  CPACR |= 0xfu << 20; /* Full access to the FPU. */
#endif
  calibrate();
  paint_stack();
  int failed = main();
  (void)semihost(SYS_EXIT, (const void *)(failed ? STOPPED_BY_RUNTIME : STOPPED_BY_APPLICATION));
  for (;;) {
  }
}
