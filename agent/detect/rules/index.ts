/** Every rule there is. A new one is a file here and a line. */
import { addressChange } from "./address-change.ts";
import { arpSweep } from "./arp-sweep.ts";
import { beacon } from "./beacon.ts";
import { clearTextSecret } from "./clear-text-secret.ts";
import { commandFlood } from "./command-flood.ts";
import { communicationControl } from "./communication-control.ts";
import { dhcpFlood } from "./dhcp-flood.ts";
import { exceptionBurst } from "./exception-burst.ts";
import { fileWrite } from "./file-write.ts";
import { firmware } from "./firmware.ts";
import { hostScan } from "./host-scan.ts";
import { itProtocol } from "./it-protocol.ts";
import { macChange } from "./mac-change.ts";
import { newAsset } from "./new-asset.ts";
import { newCommand } from "./new-command.ts";
import { newInteraction } from "./new-interaction.ts";
import { newProtocol } from "./new-protocol.ts";
import { newWriter } from "./new-writer.ts";
import { operatingMode } from "./operating-mode.ts";
import { pollStopped } from "./poll-stopped.ts";
import { portScan } from "./port-scan.ts";
import { programDownload } from "./program-download.ts";
import { programUpload } from "./program-upload.ts";
import { restart } from "./restart.ts";
import type { Rule } from "./rule.ts";
import { synFlood } from "./syn-flood.ts";
import { timeSet } from "./time-set.ts";
import { udpFlood } from "./udp-flood.ts";
import { unitSweep } from "./unit-sweep.ts";
import { unprotectedSession } from "./unprotected-session.ts";
import { writeStorm } from "./write-storm.ts";

export const rules: readonly Rule[] = [
  newAsset,
  macChange,
  newInteraction,
  newProtocol,
  newCommand,
  newWriter,
  writeStorm,
  pollStopped,
  exceptionBurst,
  unitSweep,
  hostScan,
  arpSweep,
  portScan,
  synFlood,
  udpFlood,
  dhcpFlood,
  commandFlood,
  beacon,
  programDownload,
  programUpload,
  operatingMode,
  restart,
  firmware,
  timeSet,
  communicationControl,
  addressChange,
  fileWrite,
  clearTextSecret,
  unprotectedSession,
  itProtocol,
];
