/** Snaps: their revisions from snapd's state, the version from the mounted snap's own snap.yaml. */
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { JsonView } from "../parse/json.ts";
import { firstTextOf, present, textOrNull } from "../parse/read.ts";

export const snap = defineInventorySource({
  name: "snap",
  help: "Snaps, from var/lib/snapd/state.json and snap/NAME/REVISION/meta/snap.yaml.",
  async find({ host }) {
    const { text } = await firstTextOf(host, ["var/lib/snapd/state.json"]);
    const software: Software[] = [];
    for (const [name, state] of JsonView.of(text).get("data", "snaps").members) {
      const current = revisionOf(state.get("current"));
      const steps = state.get("sequence").items.map(sideInfoOf);
      const step = steps.find(({ revision }) => revision === current) ?? steps.at(-1);
      const yaml =
        (await textOrNull(host, `snap/${name}/${current}/meta/snap.yaml`)) ??
        (await textOrNull(host, `var/lib/snapd/snap/${name}/${current}/meta/snap.yaml`));
      // One scalar of a file that snapd wrote on one line: no need of a YAML reader on the device.
      const version = /^version:\s*["']?([^"'\n]+?)["']?\s*$/m.exec(yaml ?? "")?.[1];
      const properties = present({
        revision: current,
        channel: state.get("channel").text,
        ...step,
      });
      software.push({
        source: "snap",
        kind: "application",
        name,
        version: version ?? `rev${current}`,
        ...(state.get("active").isTrue ? {} : { state: "inactive" }),
        properties: properties as Record<string, string>,
      });
    }
    return { software };
  },
});

function sideInfoOf(step: JsonView): { revision: string; snapId: string } {
  return { revision: revisionOf(step.get("revision")), snapId: step.get("snap-id").text ?? "" };
}

/** A text in snapd's state: "142", or "x1" for one without a store; older ones wrote numbers. */
function revisionOf(value: JsonView): string {
  return value.text ?? value.number?.toString() ?? "";
}
