/** Which addresses are those of one device. */

/** The group bit, or no address at all. */
export function isGroupMac(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1 || mac === "00:00:00:00:00:00";
}

/** IEEE 802-2014, clause 8.4: given by whoever runs the machine (virtual, randomised), not by its maker. */
export function isLocalMac(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 2) === 2;
}

export function isMac(address: string): boolean {
  return address.length === 17 && address[2] === ":";
}

/** Neither multicast nor broadcast nor unspecified. A network's own broadcast address cannot be told by itself. */
export function isHost(address: string): boolean {
  if (isMac(address)) return !isGroupMac(address);
  if (address.includes(":")) return !address.startsWith("ff") && address !== "::";
  const first = Number.parseInt(address, 10);
  return first > 0 && first < 224;
}

/** EtherCAT: a slave sends the master's frame back with this bit set in the sender's first byte. */
export function withLocalBit(mac: string, isSet: boolean): string {
  const first = Number.parseInt(mac.slice(0, 2), 16);
  return (isSet ? first | 2 : first & 0xfd).toString(16).padStart(2, "0") + mac.slice(2);
}
