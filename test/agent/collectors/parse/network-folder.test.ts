import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  networkDoubtOf,
  networkFolderOf,
} from "../../../../agent/collectors/parse/network-folder.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";

const test = suite("collectors: parse: network folder");

const INITIAL_PID = "pid:[4026531836]";
const both = { "proc/net/dev": "eth0: 1\n", "proc/1/net/dev": "eth0: 1\n" };

function hostWith(files: Record<string, string>, links: Record<string, string>) {
  const host = createMemoryHost(files);
  for (const [path, target] of Object.entries(links)) host.links.set(path, target);
  return host;
}

test("on the device itself: proc/net, no doubt", async () => {
  const host = hostWith(both, {
    "proc/self/ns/net": "net:[1]",
    "proc/1/ns/net": "net:[1]",
    "proc/1/ns/pid": INITIAL_PID,
  });
  assert.is(await networkFolderOf(host), "proc/net");
  assert.is(await networkDoubtOf(host), null);
});

test("an unprivileged agent may not ask for process 1's namespace, yet reads its network", async () => {
  const host = hostWith(
    { ...both, "proc/self/status": "Name:\tnode\nNSpid:\t812\n" },
    { "proc/self/ns/net": "net:[1]", "proc/self/ns/pid": INITIAL_PID },
  );
  host.faults.set("proc/1/ns/net", "denied");
  host.faults.set("proc/1/ns/pid", "denied");
  assert.is(await networkFolderOf(host), "proc/1/net");
  assert.is(await networkDoubtOf(host), null);
});

test("a container that mounts the device's root reads process 1's network, privileged or not", async () => {
  const links = { "proc/self/ns/net": "net:[2]", "proc/self/ns/pid": "pid:[4026532200]" };
  const files = { ...both, "proc/self/status": "NSpid:\t90211\t17\n" };
  const privileged = hostWith(files, {
    ...links,
    "proc/1/ns/net": "net:[1]",
    "proc/1/ns/pid": INITIAL_PID,
  });
  for (const host of [privileged, hostWith(files, links)]) {
    assert.is(await networkFolderOf(host), "proc/1/net");
    assert.is(await networkDoubtOf(host), null);
  }
});

test("a container with its own root is told apart by its process 1", async () => {
  const status = { "proc/self/status": "NSpid:\t17\n" };
  const own = { "proc/self/ns/net": "net:[2]", "proc/self/ns/pid": "pid:[4026532200]" };
  const host = hostWith({ ...both, ...status }, { ...own, "proc/1/ns/net": "net:[2]" });
  assert.is(await networkFolderOf(host), "proc/net");
  assert.match(String(await networkDoubtOf(host)), "container");
});

test("where process 1 is hidden the agent's own network is read, with a warning in a container", async () => {
  const host = hostWith({ "proc/net/dev": "eth0: 1\n" }, { "proc/self/ns/net": "net:[2]" });
  host.links.set("proc/self/ns/pid", INITIAL_PID);
  assert.is(await networkFolderOf(host), "proc/net");
  assert.is(await networkDoubtOf(host), null);
  host.links.set("proc/self/ns/pid", "pid:[4026532200]");
  assert.match(String(await networkDoubtOf(host)), "cannot be seen");
  host.links.set("proc/1/ns/net", "net:[1]");
  assert.match(String(await networkDoubtOf(host)), "another network");
});

test("a copied tree is what it is: proc/net, or process 1's where it was copied", async () => {
  const plain = createMemoryHost({ "proc/net/tcp": "" });
  assert.is(await networkFolderOf(plain), "proc/net");
  assert.is(await networkDoubtOf(plain), null);
  const full = createMemoryHost(both);
  assert.is(await networkFolderOf(full), "proc/1/net");
  assert.is(await networkDoubtOf(full), null);
});

test.run();
