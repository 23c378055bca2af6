/** Samples that another program offers: an exporter's HTTP endpoint, or a textfile as node_exporter's. */
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { type Sample, samplesOf } from "../parse/exposition.ts";
import { defineSource, hostPathOf, pathProblemOf, type Read, ReadingError } from "../source.ts";

/** node_exporter on a large server has 200 KB. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

export const prometheus = defineSource({
  name: "prometheus",
  help: "Samples in Prometheus' text format, from an HTTP endpoint or a file.",
  types: ["number", "number-list"],
  members: {
    url: {
      type: "string",
      default: "",
      pattern: /^(https?:\/\/[^\s@]+)?$/,
      help: "Endpoint, as http://127.0.0.1:9100/metrics; redirects are not followed.",
    },
    path: {
      type: "string",
      default: "",
      problemOf: pathProblemOf,
      help: "File in the same format, instead of an endpoint.",
    },
    metric: {
      type: "string",
      default: "",
      required: true,
      pattern: /^[a-zA-Z_:][a-zA-Z0-9_:]*$/,
      help: "Name of the metric there.",
    },
    labels: { type: "list", default: [], help: 'Labels that the samples carry, as "device=eth0".' },
    combine: {
      type: "string",
      default: "one",
      oneOf: ["one", "sum", "min", "max"],
      help: "How several samples become a number; with `one` they are a problem.",
    },
    scale: {
      type: "number",
      default: 1,
      min: -1e12,
      max: 1e12,
      help: "Numbers are multiplied by it.",
    },
  },
  problemOf({ url, path, labels }) {
    if ((url === "") === (path === "")) return "takes url or path";
    const bad = labels.find((label) => !/^[a-zA-Z_]\w*=/.test(label));
    return bad === undefined ? null : `has the label "${bad}": it takes name=value`;
  },
  open({ host, type, members }): Read {
    const { url, path, metric, combine, scale } = members;
    const wanted = new Map(
      members.labels.map((label) => {
        const at = label.indexOf("=");
        return [label.slice(0, at), label.slice(at + 1)] as const;
      }),
    );
    return async (signal) => {
      const text = url === "" ? await host.readText(hostPathOf(path)) : await bodyOf(url, signal);
      const values = samplesOf(text, metric, wanted).map(({ value }: Sample) => value * scale);
      if (type === "number-list") return values;
      if (values.length === 0)
        throw new ReadingError(`${url || path} has no such sample of ${metric}`);
      if (combine === "sum") return values.reduce((sum, value) => sum + value, 0);
      if (combine === "one" && values.length > 1) {
        throw new ReadingError(
          `${url || path} has ${values.length} samples of ${metric}: name labels`,
        );
      }
      // With one value they are the same.
      return combine === "max" ? Math.max(...values) : Math.min(...values);
    };
  },
});

/** The whole body. Throws ReadingError. */
function bodyOf(url: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new ReadingError(`${url} ${reason}`));
    const request = (url.startsWith("https:") ? requestHttps : requestHttp)(
      url,
      { signal, agent: false, headers: { accept: "text/plain;version=0.0.4" } },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        if (response.statusCode !== 200) {
          fail(`answers ${response.statusCode}`);
          request.destroy();
          return;
        }
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          chunks.push(chunk);
          if (bytes <= BODY_BYTES_MAX) return;
          fail(`has more than ${BODY_BYTES_MAX} bytes`);
          request.destroy();
        });
        response.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
        response.once("error", (error) => fail(`broke off: ${error.message}`));
      },
    );
    request.once("error", (error) => {
      fail(signal.aborted ? "took longer than its time limit" : `cannot be read: ${error.message}`);
    });
    request.end();
  });
}
