import { once } from "node:events";
import type { PlantSummary } from "../../traffic/summary.ts";

/** Conversations in one write. */
const ROWS_PER_WRITE = 256;

/** The summary and further members as one JSON object and a line end; conversations go out as they are made. */
export async function writeJson(
  stdout: NodeJS.WritableStream,
  summary: PlantSummary,
  members: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { conversations, conversationCount: _, ...rest } = summary;
  const write = async (text: string): Promise<void> => {
    if (!stdout.write(text)) await once(stdout, "drain");
  };
  await write(`${JSON.stringify({ ...rest, ...members }).slice(0, -1)},"conversations":[`);
  let rows: string[] = [];
  let separator = "";
  const flush = async (): Promise<void> => {
    if (rows.length === 0) return;
    await write(separator + rows.join(","));
    separator = ",";
    rows = [];
  };
  for (const conversation of conversations) {
    rows.push(JSON.stringify(conversation));
    if (rows.length === ROWS_PER_WRITE) await flush();
  }
  await flush();
  await write("]}\n");
}
