/** The learnt part of a baseline, indexed for the rules. */
import { createHash } from "node:crypto";
import { quantileOf } from "./histogram.ts";
import type { Normal, NormalEdge } from "./normal.ts";
import { type BaselineFile, type InteractionRow, interactionKeyOf, weaknessKeyOf } from "./row.ts";

/** A minute of slots with commands in them: of less nobody knows what pace is steady. */
const SLOTS_MIN = 6;

export function normalOf({ assets, interactions, weaknesses }: BaselineFile): Normal {
  const learnt = interactions.filter((row) => row.learnt);
  const macs = new Map(
    assets.filter((row) => row.learnt).map(({ address, macs }) => [address, macs]),
  );
  const edges = new Map(learnt.map((row) => [interactionKeyOf(row), edgeOf(row)]));
  const pairs = new Set(learnt.map(({ client, server }) => `${client} > ${server}`));
  const ports = new Set(learnt.map(({ client, server, port }) => `${client} > ${server} ${port}`));
  const knownMacs = new Set([...macs.values()].flat());
  const services = new Set(learnt.map(({ server, protocol }) => `${server} ${protocol}`));
  const writers = new Set(learnt.filter(writes).map(({ client }) => client));
  const known = new Set(
    weaknesses
      .filter((row) => row.learnt)
      .map(({ subject, value }) => weaknessKeyOf(subject, value)),
  );
  return {
    hash: hashOf(macs, learnt, known),
    isAsset: (address) => macs.has(address),
    macsOf: (address) => macs.get(address) ?? [],
    edge: (client, server, protocol) =>
      edges.get(interactionKeyOf({ client, server, protocol })) ?? null,
    edgeAt: (key) => edges.get(key) ?? null,
    hasPair: (client, server) => pairs.has(`${client} > ${server}`),
    hasPort: (client, server, port) => ports.has(`${client} > ${server} ${port}`),
    hasMac: (mac) => knownMacs.has(mac),
    hasService: (server, protocol) => services.has(`${server} ${protocol}`),
    isWriter: (client) => writers.has(client),
    hasWeakness: (subject, value) => known.has(weaknessKeyOf(subject, value)),
    edges: () => edges.values(),
  };
}

const writes = ({ commands }: InteractionRow): boolean =>
  commands.some(
    ({ learnt, commandClass }) =>
      learnt && (commandClass === "write" || commandClass === "control"),
  );

function edgeOf(row: InteractionRow): NormalEdge {
  const { client, server, protocol, objects, hasMoreObjects, responses, errors, poll } = row;
  const learnt = row.commands.filter((command) => command.learnt);
  const commands = new Set(learnt.map(({ command }) => command));
  const classes = new Set(learnt.map(({ commandClass }) => commandClass));
  const known = new Set(objects);
  const isSteady = row.slots >= SLOTS_MIN;
  return {
    client,
    server,
    protocol,
    hasCommand: (command) => commands.has(command),
    hasObject: (object) => hasMoreObjects || known.has(object),
    hasClass: (commandClass) => classes.has(commandClass),
    errorRatio: responses === 0 ? 0 : errors / responses,
    writesP99: quantileOf(row.writes, 0.99),
    commandsMax: isSteady ? row.commandsMax : null,
    poll: isSteady ? poll : null,
  };
}

/** Of what the rules compare with, so that a finding names the baseline that judged. */
function hashOf(
  macs: ReadonlyMap<string, readonly string[]>,
  rows: readonly InteractionRow[],
  weaknesses: ReadonlySet<string>,
): string {
  const commandsOf = ({ commands }: InteractionRow) =>
    commands.filter(({ learnt }) => learnt).map(({ command }) => command);
  const lines = [
    ...[...macs].map(([address, known]) => `${address} ${known.join(" ")}`),
    ...rows.map((row) => {
      const { objects, writes, commandsMax, poll } = row;
      const rates = JSON.stringify([
        commandsOf(row).toSorted(),
        objects,
        writes,
        commandsMax,
        poll,
      ]);
      return `${interactionKeyOf(row)} ${rates}`;
    }),
    ...weaknesses,
  ];
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}
