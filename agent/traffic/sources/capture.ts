/**
 * Live capture by a program made for it: `tcpdump` or, where that is missing, `dumpcap`. It opens the
 * interface and gives up its privileges; what it writes is read here as a capture file that does not end.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { ExitCode, FieldwardenError } from "../../core/errors.ts";
import type { PacketSink } from "../packet-sink.ts";
import { createCaptureParser } from "./pcap-parser.ts";

export interface CaptureOptions {
  interface: string;
  /** A BPF expression; empty for everything. */
  filter: string;
  /** Longest part of a packet that is captured. */
  snapBytes: number;
  /** Aborted, the capture ends, and what was captured until then is read. */
  stop: AbortSignal;
  /** Packets that the kernel dropped since the last call. */
  onDropped: (count: number) => void;
}

interface Program {
  name: string;
  args(options: CaptureOptions): string[];
  /** Packets dropped since the start, where a line of its stderr says so. */
  droppedOf(line: string): number | undefined;
  /** Tells its counts when asked by SIGUSR1; else only at its end. */
  tellsOnSignal: boolean;
}

const programs: readonly Program[] = [
  {
    name: "tcpdump",
    // -U: each packet as it comes; -n: no names are looked up. As root it becomes the user tcpdump by itself.
    args: ({ interface: name, filter, snapBytes }) => [
      "-i",
      name,
      "-U",
      "-n",
      "-s",
      String(snapBytes),
      "-w",
      "-",
      ...(filter === "" ? [] : ["--", filter]),
    ],
    droppedOf: (line) => numberIn(line, /(\d+) packets? dropped by kernel/),
    tellsOnSignal: true,
  },
  {
    name: "dumpcap",
    // -P: pcap; -q: no running count on stderr.
    args: ({ interface: name, filter, snapBytes }) => [
      "-i",
      name,
      "-P",
      "-q",
      "-s",
      String(snapBytes),
      "-w",
      "-",
      ...(filter === "" ? [] : ["-f", filter]),
    ],
    droppedOf: (line) => numberIn(line, /^Packets received\/dropped on interface .*: \d+\/(\d+)/),
    tellsOnSignal: false,
  },
];

/** How often tcpdump is asked what was dropped. */
const DROPPED_ASK_MS = 10_000;
/** Of what it says on stderr, the last of which tells why it failed. */
const SAID_LINES_MAX = 20;

/**
 * Captures until stopped. Throws FieldwardenError: 66 no such interface or a bad filter, 69 no program to
 * capture with, 77 no permission.
 */
export async function captureLive(sink: PacketSink, options: CaptureOptions): Promise<void> {
  for (const program of programs) {
    const child = await start(program, options);
    if (child !== undefined) return follow(program, child, sink, options);
  }
  throw new FieldwardenError(
    ExitCode.unavailable,
    "neither tcpdump nor dumpcap is installed",
    "Install one of them: `apt-get install tcpdump`.",
  );
}

/** Undefined when there is no such program. */
async function start(program: Program, options: CaptureOptions): Promise<ChildProcess | undefined> {
  const child = spawn(program.name, program.args(options), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  });
  try {
    await once(child, "spawn");
    return child;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function follow(
  program: Program,
  child: ChildProcess,
  sink: PacketSink,
  { stop, onDropped }: CaptureOptions,
): Promise<void> {
  let dropped = 0;
  const said: string[] = [];
  const exit = once(child, "close") as Promise<[number | null]>;
  const end = (): void => void child.kill("SIGINT");
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  onLines(child.stderr!, (line) => {
    said.push(line);
    if (said.length > SAID_LINES_MAX) said.shift();
    const total = program.droppedOf(line) ?? dropped;
    if (total > dropped) onDropped(total - dropped);
    dropped = Math.max(dropped, total);
  });
  const ask = program.tellsOnSignal
    ? setInterval(() => child.kill("SIGUSR1"), DROPPED_ASK_MS)
    : undefined;
  try {
    const parser = createCaptureParser(sink);
    for await (const chunk of child.stdout!) {
      if (parser.push(chunk as Uint8Array)) child.kill("SIGTERM");
    }
    const [code] = await exit;
    if (code !== 0 && !stop.aborted) throw captureError(program, said);
  } finally {
    clearInterval(ask);
    stop.removeEventListener("abort", end);
    child.kill("SIGKILL");
  }
}

function onLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) take(line);
  });
}

function captureError(program: Program, said: readonly string[]): FieldwardenError {
  const own = said.find((line) => line.startsWith(`${program.name}: `));
  const text = own?.slice(program.name.length + 2) ?? said.at(-1) ?? "it said nothing";
  const all = said.join(" ");
  if (/permission|not permitted/i.test(all)) {
    return new FieldwardenError(
      ExitCode.permission,
      `${program.name} may not capture: ${text}`,
      `Run as root, or give it the right: \`setcap cap_net_raw,cap_net_admin+eip $(which ${program.name})\`.`,
    );
  }
  return new FieldwardenError(
    ExitCode.noInput,
    `${program.name} cannot capture: ${text}`,
    "`ip link` lists the interfaces; `man pcap-filter` says what a filter is.",
  );
}

function numberIn(line: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(line)?.[1];
  return found === undefined ? undefined : Number(found);
}
