/** One connection: its socket, what its CONNECT said, and the bytes on their way out. */
import type { TLSSocket } from "node:tls";
import type { Packet } from "mqtt-packet";
import { IN_FLIGHT_MAX, OUTPUT_BYTES_MAX } from "../limits.ts";
import { encode, type Version } from "./codec.ts";
import type { Message } from "./message.ts";
import { type DisconnectReason, Reason } from "./reason.ts";
import type { Link, Session } from "./session.ts";

export interface Will {
  message: Message;
  delayMs: number;
}

export interface Client extends Link {
  readonly socket: TLSSocket;
  /** Common name of the certificate that the client has shown. */
  readonly certificateName: string;
  /** "closing": a goodbye is on its way, and what the client still sends is not read. */
  state: "new" | "connected" | "closing";
  version: Version;
  inFlightMax: number;
  packetBytesMax: number;
  clientId: string;
  session: Session | null;
  will: Will | null;
  keepAliveMs: number;
  /** On the monotonic clock: when to give the client up if nothing more comes. */
  deadlineMs: number;
  readonly aliases: Map<number, string>;
  endReason: DisconnectReason;
}

export function createClient(socket: TLSSocket, deadlineMs: number): Client {
  const client: Client = {
    socket,
    certificateName: commonNameOf(socket),
    state: "new",
    version: 4,
    inFlightMax: IN_FLIGHT_MAX,
    packetBytesMax: Number.POSITIVE_INFINITY,
    clientId: "",
    session: null,
    will: null,
    keepAliveMs: 0,
    deadlineMs,
    aliases: new Map(),
    endReason: "CONNECTION_LOST",
    get congested() {
      return socket.writableLength > OUTPUT_BYTES_MAX;
    },
    send(packet) {
      return write(client, packet);
    },
  };
  return client;
}

function write(client: Client, packet: Packet): boolean {
  if (client.state === "closing" || !client.socket.writable) return true;
  const bytes = encode(packet, client.version);
  if (bytes.length > client.packetBytesMax) return false;
  client.socket.write(bytes);
  // Whoever does not read what it asked for is not asked what more it wants.
  if (client.congested) client.socket.pause();
  return true;
}

/**
 * Ends the connection, with a DISCONNECT where the version has one. The socket is ended, not
 * destroyed, so that the client can read why; `deadlineMs` is when patience ends.
 */
export function sayGoodbye(
  client: Client,
  reasonCode: number,
  endReason: DisconnectReason,
  deadlineMs: number,
): void {
  if (client.state === "closing") return;
  client.endReason = endReason;
  if (client.version === 5 && client.state === "connected" && reasonCode !== Reason.success) {
    client.send({ cmd: "disconnect", reasonCode });
  }
  client.state = "closing";
  client.deadlineMs = deadlineMs;
  client.socket.end();
  client.socket.resume(); // Reads on, to notice the other side's close.
}

function commonNameOf(socket: TLSSocket): string {
  const name: string | string[] | undefined = socket.getPeerCertificate().subject?.CN;
  return (Array.isArray(name) ? name[0] : name) ?? "";
}
