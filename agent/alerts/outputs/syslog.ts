/**
 * Syslog over UDP (RFC 5426), TCP with octet counting (RFC 6587 §3.4.1), TLS (RFC 5425), or a local
 * stream socket, a line each. Syslog has no acknowledgement: delivered means that the system has taken
 * the bytes, so what it had taken when the receiver died is lost, and nobody can know.
 *
 * A datagram socket as /dev/log usually is cannot be had from Node; a local syslog daemon takes
 * udp://127.0.0.1 instead.
 */
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { connect as connectTcp, isIP, isIPv6, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Format, Speaker } from "../formats/format.ts";
import type { AlertOutput, DeliveryResult } from "../output.ts";

export interface SyslogOutputOptions {
  /** udp://HOST[:514], tcp://HOST[:514], tls://HOST[:6514] or unix:/PATH. */
  url: string;
  format: Format;
  speaker: Speaker;
  /** PEM file of the CA that signed the receiver's certificate (tls). Empty: the well-known CAs. */
  caFile: string;
  /** For connecting and for handing over, each. */
  timeoutMs?: number;
}

const TIMEOUT_MS_DEFAULT = 10_000;

/** How long a refusal (ICMP port unreachable) of a datagram may take; a far one comes too late. */
const REFUSAL_MS_MAX = 100;

/** Sends one message; rejects with the Error that tells why not. */
interface Channel {
  send(message: Buffer): Promise<void>;
  close(): void;
}

export function createSyslogOutput(options: SyslogOutputOptions): AlertOutput {
  const { url, format, speaker } = options;
  const channel = channelOf(options);
  return {
    name: "syslog",
    endpoint: url,
    async deliver(notice): Promise<DeliveryResult> {
      try {
        await channel.send(Buffer.from(format.encode(notice, speaker)));
        return { outcome: "delivered" };
      } catch (error) {
        return { outcome: "unreachable", reason: reasonOf(error as NodeJS.ErrnoException) };
      }
    },
    close: async () => channel.close(),
  };
}

function channelOf({ url, caFile, timeoutMs = TIMEOUT_MS_DEFAULT }: SyslogOutputOptions): Channel {
  if (url.startsWith("unix:")) {
    const path = url.slice("unix:".length);
    return streamChannel(() => connectTcp({ path }), linesOf, timeoutMs);
  }
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (protocol === "udp:") return datagramChannel(host, Number(port || 514));
  if (protocol === "tcp:") {
    const to = { host, port: Number(port || 514) };
    return streamChannel(() => connectTcp(to), counted, timeoutMs);
  }
  const open = () =>
    connectTls({
      host,
      port: Number(port || 6514),
      minVersion: "TLSv1.2",
      ...(isIP(host) === 0 && { servername: host }),
      ...(caFile !== "" && { ca: readFileSync(caFile) }),
    });
  return streamChannel(open, counted, timeoutMs, "secureConnect");
}

/** RFC 6587 §3.4.1: the octets' number, a space, the message. */
const counted = (message: Buffer) => Buffer.concat([Buffer.from(`${message.length} `), message]);

const linesOf = (message: Buffer) => Buffer.concat([message, Buffer.from("\n")]);

/** Keeps its connection; one that was lost is opened anew with the next message. */
function streamChannel(
  open: () => Socket,
  frame: (message: Buffer) => Buffer,
  timeoutMs: number,
  ready: "connect" | "secureConnect" = "connect",
): Channel {
  let socket: Socket | null = null;

  async function connected(): Promise<Socket> {
    if (socket !== null && !socket.destroyed && socket.writable) return socket;
    socket?.destroy();
    const opened = open();
    socket = opened;
    opened.unref();
    // Nobody speaks to us on this connection; unread bytes would hide that it was closed.
    opened.resume();
    // An error between two messages is met by the next one, which finds the socket destroyed.
    opened.on("error", () => {});
    await settled(opened, timeoutMs, (callback) => opened.once(ready, () => callback()));
    return opened;
  }

  return {
    async send(message) {
      const to = await connected();
      await settled(to, timeoutMs, (callback) => to.write(frame(message), callback));
    },
    close() {
      socket?.end();
      socket = null;
    },
  };
}

/** Waits until `start` calls back; the socket's error, its end, or the time that is over rejects. */
async function settled(
  socket: Socket,
  timeoutMs: number,
  start: (callback: (error?: Error | null) => void) => void,
): Promise<void> {
  let settle: (error?: Error | null) => void = () => {};
  const outcome = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve());
  });
  const closed = () => settle(new Error("the receiver closed the connection"));
  const late = () => {
    socket.destroy();
    settle(new Error(`nothing was taken within ${timeoutMs / 1000} s`));
  };
  const timer = setTimeout(late, timeoutMs);
  socket.once("error", settle).once("close", closed);
  try {
    start(settle);
    await outcome;
  } finally {
    clearTimeout(timer);
    socket.off("error", settle).off("close", closed);
  }
}

function datagramChannel(host: string, port: number): Channel {
  return {
    send: (message) =>
      new Promise<void>((resolve, reject) => {
        const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
        let timer: NodeJS.Timeout | null = null;
        const end = (error: Error | null) => {
          if (timer !== null) clearTimeout(timer);
          socket.removeAllListeners().on("error", () => {});
          socket.close();
          if (error === null) resolve();
          else reject(error);
        };
        socket.once("error", end);
        // Only a connected socket learns that nobody listens there.
        socket.connect(port, host);
        socket.once("connect", () => {
          socket.send(message, (error) => {
            if (error) end(error);
            else timer = setTimeout(() => end(null), REFUSAL_MS_MAX);
          });
        });
      }),
    close() {},
  };
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code === "EPROTOTYPE"
    ? "this is a datagram socket, which Node has none of: use udp://127.0.0.1:514"
    : `${code ?? ""} ${message}`.trim();
}
