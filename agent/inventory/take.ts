import type { Clock } from "../core/clock.ts";
import { NoDataError } from "../core/errors.ts";
import { type Host, HostError } from "../core/host.ts";
import type {
  Found,
  Hardware,
  Inventory,
  InventoryProblem,
  InventoryReading,
  InventorySource,
  Service,
  Software,
  SoftwareTree,
  SystemFacts,
} from "../core/inventory.ts";
import { runningPrograms } from "./running.ts";
import { walkSoftware } from "./tree.ts";

/** More is no device but an archive; SSM takes 10,000 of a type. */
export const SOFTWARE_MAX = 50_000;

export interface TakeOptions {
  host: Host;
  clock: Clock;
  sources: readonly InventorySource[];
}

/** All that the sources find. One that fails is a problem of the inventory, not its end. */
export async function takeInventory({ host, clock, sources }: TakeOptions): Promise<Inventory> {
  const takenWallMs = clock.wallMs();
  let walked: SoftwareTree | undefined;
  const tree = async () => (walked ??= await walkSoftware(host));
  const reading: InventoryReading = { host, tree };
  const problems: InventoryProblem[] = [];
  const software: Software[] = [];
  const hardware: Hardware[] = [];
  const services: Service[] = [];
  const system: SystemFacts = {};
  for (const source of sources) {
    const found = await findOrExplain(source, reading, problems);
    for (const reason of found.problems ?? []) problems.push({ source: source.name, reason });
    const room = SOFTWARE_MAX - software.length;
    const many = found.software ?? [];
    if (many.length > room) {
      problems.push({
        source: source.name,
        reason: `${many.length - room} beyond the bound of all`,
      });
    }
    software.push(...many.slice(0, room));
    hardware.push(...(found.hardware ?? []));
    services.push(...(found.services ?? []));
    Object.assign(system, found.system);
  }
  if (walked?.complete === false) {
    problems.push({ source: "tree", reason: "there are more folders than are walked" });
  }
  const processes = await runningPrograms(host, sources);
  return { takenWallMs, system, software, hardware, services, processes, problems };
}

async function findOrExplain(
  source: InventorySource,
  reading: InventoryReading,
  problems: InventoryProblem[],
): Promise<Found> {
  try {
    return await source.find(reading);
  } catch (error) {
    if (error instanceof NoDataError) return {};
    if (!(error instanceof HostError)) throw error;
    problems.push({ source: source.name, reason: error.message });
    return {};
  }
}
