/** What the functions of a protocol answer besides a length or a protocol. */

/** Too few bytes to tell. They come again, with more behind them. */
export const MORE: u32 = 0xfffffffe;
/** No header of this protocol. */
export const UNSOUND: u32 = 0xffffffff;

export const SPEAKER_UNKNOWN: u32 = 0;
export const SPEAKER_CLIENT: u32 = 1;
export const SPEAKER_SERVER: u32 = 2;
