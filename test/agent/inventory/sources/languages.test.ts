/** Packages of languages, where they lie in the tree; applications and containers. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { InventorySource, Software } from "../../../../agent/core/inventory.ts";
import { containers } from "../../../../agent/inventory/sources/containers.ts";
import { flatpak } from "../../../../agent/inventory/sources/flatpak.ts";
import { go } from "../../../../agent/inventory/sources/go.ts";
import { java } from "../../../../agent/inventory/sources/java.ts";
import { npm } from "../../../../agent/inventory/sources/npm.ts";
import { python } from "../../../../agent/inventory/sources/python.ts";
import { snap } from "../../../../agent/inventory/sources/snap.ts";
import { createMemoryHost, type MemoryHost } from "../../../../sim/engine/host.ts";
import { readingOf, testInventorySource } from "../../../contracts/inventory-source.ts";
import { goProgram, zipOf } from "../../../fixtures/programs.ts";

const test = suite("inventory: languages and applications");

const foundBy = async (source: InventorySource, host: MemoryHost): Promise<readonly Software[]> =>
  (await source.find(readingOf(host))).software ?? [];
const named = (all: readonly Software[]) =>
  all.map(({ group, name, version }) => [group, name, version].filter(Boolean).join(" "));

const pythonHost = () =>
  createMemoryHost({
    "usr/lib/python3/dist-packages/requests-2.28.1.dist-info/METADATA":
      "Metadata-Version: 2.1\nName: requests\nVersion: 2.28.1\nLicense: Apache 2.0\n\nText\n",
    "opt/app/lib/python3.11/site-packages/old.egg-info":
      "Name: old\nVersion: 0.1\nLicense: UNKNOWN\n",
    "usr/lib/python3/dist-packages/six.egg-info/PKG-INFO": "Name: six\nVersion: 1.16\n",
  });
testInventorySource(python, pythonHost);

test("python: dist-info, egg-info as folder and as file", async () => {
  const found = await foundBy(python, pythonHost());
  assert.equal(named(found).sort(), ["old 0.1", "requests 2.28.1", "six 1.16"]);
  assert.is(found.find(({ name }) => name === "old")!.license, undefined);
});

const npmHost = () =>
  createMemoryHost({
    "usr/lib/node_modules/npm/package.json":
      '{"name":"npm","version":"10.1.0","license":"Artistic-2.0"}',
    "opt/app/node_modules/@scope/part/package.json": '{"name":"@scope/part","version":"1.0.0"}',
    "opt/app/node_modules/a/esm/package.json": '{"type":"module"}',
  });
testInventorySource(npm, npmHost);

test("npm: packages with their scope", async () => {
  assert.equal(named(await foundBy(npm, npmHost())).sort(), ["@scope part 1.0.0", "npm 10.1.0"]);
});

const jar = zipOf({
  "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\nImplementation-Title: Log\r\n",
  "META-INF/maven/org.plant/log/pom.properties":
    "groupId=org.plant\nartifactId=log\nversion=2.14.1\n",
});
const javaHost = () =>
  createMemoryHost({
    "opt/app/lib/log.jar": jar,
    "opt/app/lib/plain-1.2.jar": zipOf({ "META-INF/MANIFEST.MF": "Implementation-Version: 1.3\n" }),
    "opt/app/app.war": zipOf({ "WEB-INF/lib/inner-3.4.5.jar": "" }),
  });
testInventorySource(java, javaHost);

test("java: Maven coordinates, else the manifest, else the file's name; archives within", async () => {
  assert.equal(named(await foundBy(java, javaHost())).sort(), [
    "app",
    "inner 3.4.5",
    "org.plant log 2.14.1",
    "plain 1.3",
  ]);
});

test("java: a member that unpacks to more than its bound is passed over", async () => {
  const bomb = zipOf({ "META-INF/maven/a/b/pom.properties": "x".repeat(4_000_000) });
  assert.ok(bomb.length < 10_000);
  assert.equal(named(await foundBy(java, createMemoryHost({ "opt/a/b.jar": bomb }))), ["b"]);
});

const goText =
  "path\tgithub.com/plant/agent/cmd\nmod\tgithub.com/plant/agent\tv1.4.0\th1:a=\ndep\tgolang.org/x/net\tv0.10.0\th1:b=\ndep\tgithub.com/a/b\tv1.0.0\th1:c=\n=>\tgithub.com/fork/b\tv1.0.1\th1:d=\n";
const goHost = () =>
  createMemoryHost({
    "usr/bin/agent": goProgram("go1.21.3", goText),
    "usr/bin/cat": "\x7fELF and no more",
    "usr/bin/script": "#!/bin/sh\n",
  });
testInventorySource(go, goHost);

test("go: the program, its compiler's library and its modules", async () => {
  assert.equal(named(await foundBy(go, goHost())), [
    "github.com/plant agent v1.4.0",
    "stdlib 1.21.3",
    "golang.org/x net v0.10.0",
    "github.com/fork b v1.0.1",
  ]);
});

const snapHost = () =>
  createMemoryHost({
    "var/lib/snapd/state.json": JSON.stringify({
      data: {
        snaps: {
          core22: {
            active: true,
            current: "1033",
            channel: "latest/stable",
            sequence: [{ name: "core22", "snap-id": "amcUKQ", revision: "1033" }],
          },
          mine: { current: "x1", sequence: [{ name: "mine", revision: "x1" }] },
        },
      },
    }),
    "snap/core22/1033/meta/snap.yaml": "name: core22\nversion: '20240111'\ntype: base\n",
  });
testInventorySource(snap, snapHost);

test("snap: versions of what is mounted, revisions of the rest", async () => {
  const found = await foundBy(snap, snapHost());
  assert.equal(named(found), ["core22 20240111", "mine revx1"]);
  assert.is(found[1]!.state, "inactive");
  assert.is(found[0]!.properties!.snapId, "amcUKQ");
});

const flatpakHost = () => {
  const path = "var/lib/flatpak/app/org.plant.Hmi/x86_64/stable";
  const host = createMemoryHost({
    [`${path}/0123abcd/metadata`]:
      "[Application]\nname=org.plant.Hmi\nruntime=org.a.Platform/x86_64/23\n",
  });
  host.links.set(`${path}/active`, "0123abcd");
  return host;
};
testInventorySource(flatpak, flatpakHost);

test("flatpak: applications with branch, commit and runtime", async () => {
  const [app] = await foundBy(flatpak, flatpakHost());
  assert.equal([app!.name, app!.version, app!.architecture], ["org.plant.Hmi", "stable", "x86_64"]);
  assert.equal(app!.properties, { commit: "0123abcd", runtime: "org.a.Platform/x86_64/23" });
});

const containerHost = () =>
  createMemoryHost({
    "var/lib/docker/containers/aa/config.v2.json": JSON.stringify({
      Name: "/broker",
      Image: "sha256:1234",
      Config: { Image: "registry.plant:5000/mosquitto:2.0.18" },
      State: { Running: true },
    }),
    "var/lib/containers/storage/overlay-containers/containers.json": JSON.stringify([
      {
        id: "bb",
        names: ["db"],
        image: "ff",
        metadata: '{"image-name":"docker.io/library/redis"}',
      },
    ]),
    "run/containerd/io.containerd.runtime.v2.task/k8s.io/cc/config.json": JSON.stringify({
      annotations: {
        "io.kubernetes.cri.container-name": "web",
        "io.kubernetes.cri.image-name": "nginx:1.25@sha256:99",
      },
    }),
    "run/containerd/io.containerd.runtime.v2.task/moby/aa/config.json": "{}",
  });
testInventorySource(containers, containerHost);

test("containers: of docker, podman and containerd, each once", async () => {
  const found = await foundBy(containers, containerHost());
  assert.equal(named(found), ["broker 2.0.18", "db", "web 1.25"]);
  assert.is(found[0]!.state, "running");
  assert.is(found[0]!.sourceName, "registry.plant:5000/mosquitto");
});

test.run();
