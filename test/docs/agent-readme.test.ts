import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readmeWithTables } from "../../scripts/option-table.ts";

const test = suite("docs: agent/README.md");

test("its tables are the code's (node --import tsx scripts/option-table.ts writes them)", () => {
  const text = readFileSync(new URL("../../agent/README.md", import.meta.url), "utf8");
  assert.fixture(readmeWithTables(text), text);
});

test.run();
