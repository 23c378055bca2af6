/** Node packages where they are installed: the package.json of each folder in a node_modules. */
import { NoDataError } from "../../core/errors.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { JsonView } from "../parse/json.ts";
import { present, textOrNull } from "../parse/read.ts";

export const npm = defineInventorySource({
  name: "npm",
  help: "Node packages, from package.json files below node_modules.",
  async find({ host, tree }) {
    const { nodeManifests } = await tree();
    if (nodeManifests.length === 0) throw new NoDataError("no node_modules is on this device");
    const software: Software[] = [];
    for (const path of nodeManifests) {
      const manifest = JsonView.of(await textOrNull(host, path));
      const name = manifest.get("name").text;
      const version = manifest.get("version").text;
      // Folders within a package may have a package.json that only says how to load them.
      if (name === undefined || version === undefined) continue;
      const scoped = /^(@[^/]+)\/(.+)$/.exec(name);
      software.push({
        source: "npm",
        kind: "library",
        name: scoped?.[2] ?? name,
        version,
        path: path.slice(0, -"/package.json".length),
        ...present({
          group: scoped?.[1],
          license: manifest.get("license").text ?? manifest.get("license", "type").text,
          summary: manifest.get("description").text,
          homepage: manifest.get("homepage").text,
          publisher: manifest.get("author").text ?? manifest.get("author", "name").text,
        }),
      });
    }
    return { software };
  },
});
