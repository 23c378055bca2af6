import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diskSpace, parseMounts, realMountsOf } from "../../../agent/collectors/disk-space.ts";
import { createMemoryHost } from "../../../sim/engine/host.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway } from "./trees.ts";

testCollector(diskSpace, modernGateway);

const test = suite("collectors: disk-space: details");

const pointsOf = (text: string) => realMountsOf(parseMounts(text)).map(({ point }) => point);

test("an overlay counts as the root, not as a container's layer", () => {
  assert.equal(pointsOf("overlay / overlay rw 0 0\nover /var/x/merged overlay rw 0 0\n"), ["/"]);
});

test("a network file system is never asked: it may hang", () => {
  assert.equal(pointsOf("nas:/x /mnt nfs4 rw 0 0\n//srv/x /smb cifs rw 0 0\n"), []);
});

test("a mount that cannot be asked is left out, the others stay", async () => {
  const host = createMemoryHost({ "proc/mounts": "/dev/a / ext4 rw 0 0\n/dev/b /b ext4 ro 0 0\n" });
  host.spaces.set("b", { totalBytes: 100, availableBytes: 40 });
  const collected = await diskSpace.collect(host);
  assert.equal([...collected.filesystem_avail_bytes], [["/b", 40]]);
  assert.equal([...collected.filesystem_readonly], [["/b", 1]]);
});

test("a container reads the device's mounts, not its own", async () => {
  const host = createMemoryHost({
    "proc/mounts": "overlay / overlay rw 0 0\n",
    "proc/1/mounts": "/dev/mmcblk0p2 / ext4 rw 0 0\n/dev/mmcblk0p3 /data ext4 rw 0 0\n",
  });
  host.spaces.set("data", { totalBytes: 100, availableBytes: 40 });
  const { filesystem_size_bytes } = await diskSpace.collect(host);
  assert.equal([...filesystem_size_bytes.keys()], ["/data"]);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      realMountsOf(parseMounts(`${text}\n/dev/a /${text} ext4 ${text}`));
    }),
  );
});

test.run();
