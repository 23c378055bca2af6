/** The regions of decoding and flows, from FLOW on. Each is a multiple of 8 bytes and a section of its own. */
import {
  COMMAND_RECORD_BYTES,
  CONVERSATION_RECORD_BYTES,
  EXCERPT_BYTES_MAX,
  EXCERPT_HEADER_BYTES,
  FUNCTIONS_BYTES,
  LAYERS_MAX,
} from "../abi/decode";
import {
  COMMANDS_EVICTED_MAX,
  COMMANDS_MAX,
  CONVERSATIONS_EVICTED_MAX,
  CONVERSATIONS_MAX,
  EXCERPTS_BYTES_MAX,
  EXCERPTS_KNOWN_MAX,
  IS_NANO,
  STREAM_BUFFERS_MAX,
  STREAM_BYTES_MAX,
} from "../profile";

/** What a decoder may keep of a conversation; the nano's keep nothing. */
export const OT_STATE_BYTES: u32 = IS_NANO ? 0 : 16;
/** A conversation's own part, behind what the host is shown: see record.ts. */
export const CONVERSATION_BYTES_ALL: u32 = CONVERSATION_RECORD_BYTES + 32 + OT_STATE_BYTES;
/** The ring of evicted records: oldest, pending. */
export const RING_HEADER_BYTES: u32 = 8;
/** Stretches of a stream that came early and lie apart; before them may be one in order. */
export const PIECES_MAX: u32 = 8;
export const BUFFER_HEADER_BYTES: u32 = 16 + (PIECES_MAX + 2) * 4;
export const BUFFER_BYTES: u32 = BUFFER_HEADER_BYTES + STREAM_BYTES_MAX;

export const LAYERS_BYTES: u32 = IS_NANO ? 0 : LAYERS_MAX * 16;
export const CONVERSATIONS_BYTES: u32 = IS_NANO
  ? CONVERSATIONS_MAX * CONVERSATION_BYTES_ALL
  : CONVERSATIONS_MAX * (4 + CONVERSATION_BYTES_ALL) +
    RING_HEADER_BYTES +
    CONVERSATIONS_EVICTED_MAX * CONVERSATION_RECORD_BYTES;
export const COMMANDS_BYTES: u32 = IS_NANO
  ? FUNCTIONS_BYTES * 2
  : COMMANDS_MAX * (4 + COMMAND_RECORD_BYTES) +
    RING_HEADER_BYTES +
    COMMANDS_EVICTED_MAX * COMMAND_RECORD_BYTES;
export const STREAMS_BYTES: u32 = STREAM_BUFFERS_MAX * BUFFER_BYTES;
/** Used and drained bytes, the excerpts and room for one more, tags of those there were: see excerpts.ts. */
export const EXCERPTS_HEADER_BYTES: u32 = 8;
export const EXCERPT_ENTRY_BYTES_MAX: u32 = EXCERPT_HEADER_BYTES + EXCERPT_BYTES_MAX;
export const EXCERPTS_BYTES: u32 = IS_NANO
  ? 0
  : EXCERPTS_HEADER_BYTES + EXCERPTS_BYTES_MAX + EXCERPT_ENTRY_BYTES_MAX + EXCERPTS_KNOWN_MAX * 4;

export const LAYERS_AT: u32 = 0;
export const CONVERSATIONS_AT: u32 = LAYERS_AT + LAYERS_BYTES;
export const COMMANDS_AT: u32 = CONVERSATIONS_AT + CONVERSATIONS_BYTES;
export const STREAMS_AT: u32 = COMMANDS_AT + COMMANDS_BYTES;
export const EXCERPTS_AT: u32 = STREAMS_AT + STREAMS_BYTES;
export const FLOW_BYTES: u32 = EXCERPTS_AT + EXCERPTS_BYTES;
