/**
 * Containers without asking their daemon: docker's config.v2.json, the lists of podman and CRI-O
 * (containers/storage), and the bundles of what containerd runs.
 */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { JsonView } from "../parse/json.ts";
import { namesIn, present, textOrNull } from "../parse/read.ts";

const CONTAINERS_MAX = 1000;
const DOCKER = "var/lib/docker";
const PODMAN = "var/lib/containers/storage";
const CONTAINERD = "run/containerd/io.containerd.runtime.v2.task";

export const containers = defineInventorySource({
  name: "containers",
  help: "Containers and their images, from the files of docker, podman and containerd.",
  async find({ host }) {
    const software = [
      ...(await ofDocker(host)),
      ...(await ofPodman(host)),
      ...(await ofContainerd(host)),
    ];
    if (software.length === 0) throw new NoDataError("no container is on this device");
    return { software: software.slice(0, CONTAINERS_MAX) };
  },
});

interface Container {
  engine: string;
  name: string;
  image: string | undefined;
  digest: string | undefined;
  id: string;
  state: string | undefined;
}

/** The image's tag is the version; a digest in the reference is not one. */
function softwareOf({ engine, name, image, digest, id, state }: Container): Software {
  const [reference = ""] = (image ?? "").split("@");
  const tag = /:([\w][\w.-]{0,127})$/.exec(reference)?.[1];
  return {
    source: "containers",
    kind: "container",
    name: name || id,
    version: tag ?? "",
    ...present({ state, sourceName: reference.replace(/:[\w.-]*$/, "") }),
    properties: present({ engine, image, digest, id }) as Record<string, string>,
  };
}

async function ofDocker(host: Host): Promise<Software[]> {
  const found: Software[] = [];
  for (const id of (await namesIn(host, `${DOCKER}/containers`)).slice(0, CONTAINERS_MAX)) {
    const config = JsonView.of(await textOrNull(host, `${DOCKER}/containers/${id}/config.v2.json`));
    if (config.members.length === 0) continue;
    found.push(
      softwareOf({
        engine: "docker",
        name: (config.get("Name").text ?? "").replace(/^\//, ""),
        image: config.get("Config", "Image").text,
        digest: config.get("Image").text,
        id,
        state: config.get("State", "Running").isTrue ? "running" : "stopped",
      }),
    );
  }
  return found;
}

async function ofPodman(host: Host): Promise<Software[]> {
  const images = new Map<string, string>();
  for (const image of await listAt(host, `${PODMAN}/overlay-images/images.json`)) {
    const name = image.get("names").items[0]?.text;
    if (name !== undefined) images.set(image.get("id").text ?? "", name);
  }
  const found: Software[] = [];
  for (const one of await listAt(host, `${PODMAN}/overlay-containers/containers.json`)) {
    // The metadata is JSON in a text: podman and CRI-O put what they know of it there.
    const metadata = JsonView.of(one.get("metadata").text ?? null);
    const id = one.get("id").text ?? "";
    const imageId = one.get("image").text ?? "";
    if (id === "") continue;
    found.push(
      softwareOf({
        engine: "podman",
        name: one.get("names").items[0]?.text ?? metadata.get("name").text ?? "",
        image: metadata.get("image-name").text ?? images.get(imageId),
        digest: imageId === "" ? undefined : `sha256:${imageId}`,
        id,
        state: undefined,
      }),
    );
  }
  return found;
}

async function listAt(host: Host, path: string): Promise<JsonView[]> {
  return JsonView.of(await textOrNull(host, path)).items.slice(0, CONTAINERS_MAX);
}

async function ofContainerd(host: Host): Promise<Software[]> {
  const found: Software[] = [];
  for (const space of await namesIn(host, CONTAINERD)) {
    if (space === "moby") continue; // Docker's own, found above.
    for (const id of (await namesIn(host, `${CONTAINERD}/${space}`)).slice(0, CONTAINERS_MAX)) {
      const config = JsonView.of(
        await textOrNull(host, `${CONTAINERD}/${space}/${id}/config.json`),
      );
      if (config.members.length === 0) continue;
      const annotations = config.get("annotations");
      found.push(
        softwareOf({
          engine: "containerd",
          name: annotations.get("io.kubernetes.cri.container-name").text ?? "",
          image: annotations.get("io.kubernetes.cri.image-name").text,
          digest: undefined,
          id,
          state: "running",
        }),
      );
    }
  }
  return found;
}
