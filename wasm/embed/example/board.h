/* The little that the example needs of a board. On yours: your UART, your cycle counter. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/* To the debugger that semihosting talks to. */
void board_print(const char *text);

/* Instructions executed since a board_now(), as QEMU's -icount counts them; in steps of 40 or so, and
 * right for up to 600 million. */
uint32_t board_now(void);
uint32_t board_instructions_since(uint32_t now);

/* The most stack in use since start-up, in bytes. */
uint32_t board_stack_used(void);

/* 64 KiB that stand for flash. */
extern uint8_t board_flash[];

#endif
