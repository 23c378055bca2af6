/** Messages counted in the truth files' words: who said what to whom, by protocol, pair, group and key. */
import { commandOf } from "./conversations.ts";
import { protocolOfKind } from "./protocols/index.ts";

export type Tally = Record<string, Record<string, Record<string, Record<string, number>>>>;

/** Different keys, of all protocols together. A sweep of units and addresses must not fill the memory. */
export const TALLY_KEYS_MAX = 50_000;

export function createTally(keysMax = TALLY_KEYS_MAX) {
  const commands: Tally = {};
  const flat: Record<string, Record<string, number>> = { profinet: {}, ethercat: {} };
  let keys = 0;
  let lostCount = 0;

  function count(into: Record<string, number>, key: string, more: number): void {
    const known = into[key];
    if (known !== undefined) into[key] = known + more;
    else if (keys === keysMax) lostCount += more;
    else {
      keys++;
      into[key] = more;
    }
  }

  return {
    /** Adds the command record (COMMAND_) at `at`. */
    add(view: DataView, at: number): void {
      const command = commandOf(view, at);
      const protocol = protocolOfKind(command.kind);
      if (protocol === undefined) return;
      const { name } = protocol;
      protocol.tally(command, (pair, group, key, more) => {
        if (more === 0) return;
        const own = flat[name];
        if (own !== undefined) return count(own, key, more);
        if (keys === keysMax && commands[name]?.[pair]?.[group]?.[key] === undefined) {
          lostCount += more;
          return;
        }
        count(within(within(within(commands, name), pair), group), key, more);
      });
    },
    result() {
      return { commands, profinet: flat.profinet!, ethercat: flat.ethercat! };
    },
    /** Messages that found no room. */
    get lostCount(): number {
      return lostCount;
    },
  };
}

function within<Value>(
  record: Record<string, Record<string, Value>>,
  key: string,
): Record<string, Value> {
  const found = record[key] ?? {};
  record[key] = found;
  return found;
}
