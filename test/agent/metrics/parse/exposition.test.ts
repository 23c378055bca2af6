import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { samplesOf } from "../../../../agent/metrics/parse/exposition.ts";

const test = suite("metrics: exposition");

// From the format's own description, with the awkward cases in it.
const text = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045
rpc_duration_seconds{ quantile = "0.01" , } 3102
rpc_duration_seconds_sum 1.7560473e+07
odd{brace="}",comma="a,b"} 1 # {trace_id="x"} 0.5
broken{a="1" 3
broken{a="1"} x
`;
const valuesOf = (metric: string, labels: Record<string, string> = {}) =>
  samplesOf(text, metric, new Map(Object.entries(labels))).map(({ value }) => value);

test("samples are found by name and labels", () => {
  assert.equal(valuesOf("http_requests_total"), [1027, 3]);
  assert.equal(valuesOf("http_requests_total", { code: "400" }), [3]);
  assert.equal(valuesOf("http_requests_total", { code: "500" }), []);
  assert.equal(valuesOf("metric_without_timestamp_and_labels"), [12.47]);
  assert.equal(valuesOf("something_weird"), [Infinity]);
  assert.equal(valuesOf("rpc_duration_seconds"), [3102]);
  assert.equal(valuesOf("rpc_duration_seconds_sum"), [17560473]);
  assert.equal(valuesOf("odd", { brace: "}", comma: "a,b" }), [1]);
  const error = 'Cannot find file:\n"FILE.TXT"';
  assert.equal(
    valuesOf("msdos_file_access_time_seconds", { path: "C:\\DIR\\FILE.TXT", error }),
    [1458255915],
  );
});

test("lines that are no samples are passed over", () => {
  assert.equal(valuesOf("broken"), []);
  assert.equal(valuesOf("http_requests"), []);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (noise) => {
      for (const { value } of samplesOf(
        `m${noise}\nm{a="${noise}"} 1\nm ${noise}`,
        "m",
        new Map(),
      )) {
        assert.type(value, "number");
      }
    }),
  );
});

test.run();
