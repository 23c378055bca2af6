/** One tag of IEEE 802.1Q or 802.1ad. Tags may be stacked; each is a step of its own. */
import { COUNTER_VLAN_BAD, LAYER_VLAN } from "../abi/decode";
import { markLayer, u16At } from "./bytes";
import { carry, stepOfEthertype } from "./steps";

const TAG_BYTES: u32 = 4;

export function vlan(at: usize, end: usize): u32 {
  if (end - at < TAG_BYTES) return COUNTER_VLAN_BAD;
  markLayer(LAYER_VLAN);
  carry(at + TAG_BYTES, end);
  return stepOfEthertype(u16At(at + 2));
}
