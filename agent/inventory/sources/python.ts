/** Python distributions, by the metadata that installers leave: packaging.python.org's "Recording installed projects". */
import { NoDataError } from "../../core/errors.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { present, textOrNull } from "../parse/read.ts";
import { stanzasOf } from "../parse/stanzas.ts";

const fields = new Set(
  "name version summary home-page license license-expression author".split(" "),
);

export const python = defineInventorySource({
  name: "python",
  help: "Python distributions, from *.dist-info/METADATA and *.egg-info.",
  async find({ host, tree }) {
    const { pythonInfos } = await tree();
    if (pythonInfos.length === 0)
      throw new NoDataError("no dist-info or egg-info is on this device");
    const software: Software[] = [];
    for (const path of pythonInfos) {
      // An egg-info is a folder of setuptools, or one file of distutils.
      const text =
        (await textOrNull(host, `${path}/METADATA`)) ??
        (await textOrNull(host, `${path}/PKG-INFO`)) ??
        (await textOrNull(host, path));
      const [stanza] = stanzasOf(text ?? "", fields);
      const name = stanza?.get("name");
      if (stanza === undefined || !name) continue;
      const license = stanza.get("license-expression") ?? stanza.get("license");
      software.push({
        source: "python",
        kind: "library",
        name,
        version: stanza.get("version") ?? "",
        path,
        ...present({
          summary: stanza.get("summary"),
          homepage: stanza.get("home-page"),
          license: license === "UNKNOWN" ? undefined : license,
          publisher: stanza.get("author"),
        }),
      });
    }
    return { software };
  },
});
