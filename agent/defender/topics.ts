import { decode } from "cbor-x";
import type { Addressing, Reply } from "../core/transport.ts";
import type { ReportFormat } from "./encode.ts";

/** The topic of the service itself: AWS IoT guide, "Reserved topics". */
export const DEFENDER_TOPIC = "$aws/things/{thing}/defender/metrics/{format}";

/**
 * Where reports go and where the answer comes from. `template` may hold `{thing}` and `{format}`. On
 * Defender's own topic the service answers; any other topic (a plant's, or basic ingest
 * `$aws/rules/<rule>/…`) has nobody who would, and the broker's acknowledgement counts.
 */
export function addressingOf(template: string, thing: string, format: ReportFormat): Addressing {
  const publishTopic = template.replaceAll("{thing}", thing).replaceAll("{format}", format);
  const answered = /^\$aws\/things\/[^/]+\/defender\/metrics\/(json|cbor)$/.test(publishTopic);
  return {
    publishTopic,
    replyTopics: answered ? [`${publishTopic}/accepted`, `${publishTopic}/rejected`] : [],
    replyOf: (topic, payload) => replyOf(topic.endsWith("/accepted"), payload, format),
  };
}

/**
 * Reads an answer. ErrorCode is an open string; a `rejected` for a report whose header could not be
 * read has no reportId. What cannot be read at all is null.
 */
function replyOf(accepted: boolean, payload: Uint8Array, format: ReportFormat): Reply | null {
  const document = documentOf(payload, format);
  if (document === null) return null;
  const id = document.reportId;
  const reportId = typeof id === "number" || typeof id === "bigint" ? Number(id) : null;
  if (accepted) return { reportId, result: { outcome: "accepted" } };
  const details = (document.statusDetails ?? {}) as Record<string, unknown>;
  const code = String(details.ErrorCode ?? "unknown");
  const reason = String(details.ErrorMessage ?? "no reason given");
  return {
    reportId,
    result:
      code === "Throttled"
        ? { outcome: "throttled", reason }
        : { outcome: "rejected", code, reason },
  };
}

function documentOf(payload: Uint8Array, format: ReportFormat): Record<string, unknown> | null {
  try {
    const value =
      format === "json" ? JSON.parse(new TextDecoder().decode(payload)) : decode(payload);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null; // Anyone who may publish on the topic can send anything.
  }
}
