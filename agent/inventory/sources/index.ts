import type { InventorySource } from "../../core/inventory.ts";
import { apk } from "./apk.ts";
import { board } from "./board.ts";
import { buses } from "./buses.ts";
import { containers } from "./containers.ts";
import { dpkg } from "./dpkg.ts";
import { flatpak } from "./flatpak.ts";
import { go } from "./go.ts";
import { imageBuild } from "./image-build.ts";
import { java } from "./java.ts";
import { kernel } from "./kernel.ts";
import { network } from "./network.ts";
import { npm } from "./npm.ts";
import { opkg } from "./opkg.ts";
import { osRelease } from "./os-release.ts";
import { plc } from "./plc.ts";
import { processor } from "./processor.ts";
import { python } from "./python.ts";
import { rpm } from "./rpm.ts";
import { services } from "./services.ts";
import { slots } from "./slots.ts";
import { smallDevices } from "./small-devices.ts";
import { snap } from "./snap.ts";
import { storage } from "./storage.ts";

/** Every way to find parts of a device. One file, one line here. */
export const inventorySources: readonly InventorySource[] = [
  osRelease,
  kernel,
  dpkg,
  rpm,
  apk,
  opkg,
  imageBuild,
  snap,
  flatpak,
  containers,
  slots,
  plc,
  python,
  npm,
  java,
  go,
  board,
  processor,
  storage,
  buses,
  network,
  smallDevices,
  services,
];
