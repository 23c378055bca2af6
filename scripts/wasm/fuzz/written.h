/*
 * Included before the core's C: notes the blocks that it writes, so that the next input's state costs a copy of
 * those and not of the gateway's whole megabyte, which would take longer than the packets.
 */
#ifndef FUZZ_WRITTEN_H
#define FUZZ_WRITTEN_H

#define BLOCK_SHIFT 9u
#define BLOCKS ((2u << 20) >> BLOCK_SHIFT)

extern unsigned char written[BLOCKS];

#define STORED(address, bytes)                                     \
  (written[(address) >> BLOCK_SHIFT] = 1,                          \
   written[((address) + (unsigned)(bytes) - 1u) >> BLOCK_SHIFT] = 1)

#endif
