/** Whatever asks who speaks to whom, for each packet of a conversation. */
import {
  PACKET_DIRECTION,
  PACKET_DST_PORT,
  PACKET_FLOW,
  PACKET_FLOW_NEW,
} from "../decode/packet-layout";
import { mix } from "../hash";
import { PACKET } from "../layout";
import { HAS_DISTINCT, HAS_EDGES, HAS_ENTROPY, HAS_HEAVY, HAS_PACE, IS_NANO } from "../profile";
import * as distinct from "./distinct";
import * as edges from "./edges";
import * as entropy from "./entropy";
import * as heavy from "./heavy";
import * as pace from "./pace";

export function packet(pane: usize): void {
  if (load<u32>(PACKET, PACKET_FLOW) == 0) return;
  // The responder's port: the source port of what it answers, which lies before the destination port.
  const direction = <usize>load<u8>(PACKET, PACKET_DIRECTION);
  const port = <u32>load<u16>(PACKET - (direction << 1), PACKET_DST_PORT);
  // Zero for none. Which port would have that hash only the key knows.
  const portHash = port ? mix(port) : 0;
  if (HAS_HEAVY) heavy.packet(pane);
  if (HAS_ENTROPY) entropy.packet(pane, portHash);
  if (HAS_PACE ? pace.packet() : HAS_DISTINCT) distinct.packet(pane, portHash);
  if (HAS_EDGES && load<u8>(PACKET, PACKET_FLOW_NEW)) {
    const edge = edges.packet();
    if (!IS_NANO) pace.setEdge(edge);
  }
}
