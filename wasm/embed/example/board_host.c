/* The example as a program of a desktop: what is measured on a board is zero here. */
#include <stdio.h>

#include "board.h"

uint8_t board_flash[65536];

void board_print(const char *text) { fputs(text, stdout); }

uint32_t board_now(void) { return 0; }

uint32_t board_instructions_since(uint32_t now) { return now; }

uint32_t board_stack_used(void) { return 0; }
