import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createFileTransport } from "../../../agent/transports/file.ts";
import { testTransport } from "../../contracts/transport.ts";

testTransport("file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-file-"));
  const path = join(folder, "reports.ndjson");
  return {
    transport: createFileTransport({ path, format: "json" }),
    received: async () =>
      readFileSync(path, "utf8")
        .trim()
        .split("\n")
        .map((line) => new TextEncoder().encode(line)),
    goAway: async () => mkdirSync(path), // A folder in its place takes no bytes.
    cleanUp: async () => rmSync(folder, { recursive: true }),
  };
});

const test = suite("transports: file: details");

test("CBOR reports follow each other without a separator (RFC 8742)", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-file-"));
  const path = join(folder, "reports.cbor");
  const transport = createFileTransport({ path, format: "cbor" });
  for (const byte of [1, 2]) await transport.send({ id: byte, bytes: new Uint8Array([byte]) });
  await transport.close();
  assert.equal([...readFileSync(path)], [1, 2]);
  rmSync(folder, { recursive: true });
});

test.run();
