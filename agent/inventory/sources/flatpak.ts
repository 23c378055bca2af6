/** Flatpaks of the whole system: var/lib/flatpak/{app,runtime}/ID/ARCH/BRANCH/active, a link to a commit. */
import { NoDataError } from "../../core/errors.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { iniOf } from "../parse/ini.ts";
import { namesIn, orNull, present, textOrNull } from "../parse/read.ts";

const FOLDER = "var/lib/flatpak";
const APPS_MAX = 1000;

export const flatpak = defineInventorySource({
  name: "flatpak",
  help: "Flatpak applications and runtimes, from var/lib/flatpak.",
  async find({ host }) {
    const software: Software[] = [];
    for (const kind of ["app", "runtime"]) {
      for (const id of (await namesIn(host, `${FOLDER}/${kind}`)).slice(0, APPS_MAX)) {
        for (const arch of await namesIn(host, `${FOLDER}/${kind}/${id}`)) {
          for (const branch of await namesIn(host, `${FOLDER}/${kind}/${id}/${arch}`)) {
            const path = `${FOLDER}/${kind}/${id}/${arch}/${branch}`;
            const commit = await orNull(host.readLink(`${path}/active`));
            if (commit === null) continue;
            const metadata = iniOf((await textOrNull(host, `${path}/${commit}/metadata`)) ?? "");
            software.push({
              source: "flatpak",
              kind: kind === "app" ? "application" : "library",
              name: id,
              version: branch,
              architecture: arch,
              path,
              properties: present({
                commit,
                runtime: metadata.get("Application")?.get("runtime"),
              }) as Record<string, string>,
            });
          }
        }
      }
    }
    if (software.length === 0) throw new NoDataError(`nothing is installed in /${FOLDER}`);
    return { software };
  },
});
