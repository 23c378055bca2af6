import { suite } from "uvu";
import * as assert from "uvu/assert";
import { techniqueIds } from "../../../agent/alerts/attack-ics.ts";
import { awsMetricNames } from "../../../agent/detect/metrics.ts";
import { techniquesOf } from "../../../agent/detect/techniques.ts";

const test = suite("detect: techniques");

test("every metric of AWS's points to techniques, all of which have a name", () => {
  for (const metric of [...awsMetricNames, "failed_logins", "new_setuid_files"]) {
    const techniques = techniquesOf(metric);
    assert.ok(techniques.length > 0, metric);
    for (const id of techniques) assert.ok(techniqueIds.includes(id), `${metric}: ${id}`);
  }
});

test("a metric of the user's own points to nothing", () => {
  for (const metric of ["boiler_pressure_bar", "constructor"])
    assert.equal(techniquesOf(metric), []);
});

test.run();
