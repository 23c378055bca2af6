import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diskIo, parseDiskstats, wholeDisksOf } from "../../../agent/collectors/disk-io.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway } from "./trees.ts";

testCollector(diskIo, modernGateway);

const test = suite("collectors: disk-io: details");

const wholeOf = (...names: string[]) => {
  const text = names.map((name) => ` 8 0 ${name} 1 0 2 0 3 0 4 0 0 5 0`).join("\n");
  return [...wholeDisksOf(parseDiskstats(text)).keys()];
};

test("counts each disk once: no partitions, boot areas, loops or mappings", () => {
  assert.equal(wholeOf("nvme0n1", "nvme0n1p1", "nvme0n1p2"), ["nvme0n1"]);
  assert.equal(wholeOf("mmcblk1", "mmcblk1boot0", "mmcblk1rpmb", "mmcblk1p1"), ["mmcblk1"]);
  assert.equal(wholeOf("sda", "sda1", "sda12", "dm-0", "md127", "loop3", "zram0", "sr0"), ["sda"]);
});

test("what only looks like a partition stays: raw flash, and a cloud disk without parent", () => {
  assert.equal(wholeOf("mtdblock0", "mtdblock3"), ["mtdblock0", "mtdblock3"]);
  assert.equal(wholeOf("xvda1"), ["xvda1"]);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      wholeDisksOf(parseDiskstats(`${text}\n 8 0 sda ${text}`));
    }),
  );
});

test.run();
