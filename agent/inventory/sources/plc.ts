/**
 * PLC programs on a soft PLC, by hash: a changed one is a changed plant. CODESYS keeps boot
 * applications as NAME.app below PlcLogic, OpenPLC the ST sources and the name of the active one.
 */
import { createHash } from "node:crypto";
import { NoDataError } from "../../core/errors.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { orNull, valueAt } from "../parse/read.ts";

const FILES_MAX = 1000;

export const plc = defineInventorySource({
  name: "plc",
  help: "CODESYS and OpenPLC programs, with the SHA-256 of each file.",
  async find({ host, tree }) {
    const { plcFiles } = await tree();
    const software: Software[] = [];
    const problems: string[] = [];
    for (const path of plcFiles.slice(0, FILES_MAX)) {
      const bytes = await orNull(host.readBytes(path));
      if (bytes === null) {
        problems.push(`/${path} cannot be read`);
        continue;
      }
      const runtime = /codesys|plclogic/i.test(path) ? "codesys" : "openplc";
      // webserver/st_files/NAME.st and webserver/active_program, which holds NAME.st.
      const above = path.split("/").slice(0, -2).join("/");
      const active = await valueAt(host, `${above}/active_program`);
      const name = path.split("/").at(-1)!;
      software.push({
        source: "plc",
        kind: "plc-program",
        name,
        version: "",
        path,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        installedBytes: bytes.length,
        ...(active === name && { state: "active" }),
        properties: { runtime },
      });
    }
    if (software.length + problems.length === 0) throw new NoDataError("no PLC program is here");
    return { software, problems };
  },
});
