/** A client that sends whatever bytes it is told to: for what no client library would send. */
import { connect as connectTls, type TLSSocket } from "node:tls";
import { parser as createParser, generate, type IConnectPacket, type Packet } from "mqtt-packet";
import { authority, device } from "./support.ts";

export interface RawClient {
  readonly socket: TLSSocket;
  readonly packets: Packet[];
  write(bytes: Uint8Array): void;
  send(packet: Packet): void;
  /** The next packet that was not asked for yet. */
  next(): Promise<Packet>;
  /** Resolves when the other side has ended the connection. */
  readonly ended: Promise<void>;
}

export async function createRawClient(
  port: number,
  protocolVersion: 4 | 5 = 5,
  alpn?: string,
): Promise<RawClient> {
  const socket = connectTls({
    port,
    host: "127.0.0.1",
    ca: authority.certificatePem,
    cert: device.certificatePem,
    key: device.keyPem,
    ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
  });
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", () => resolve());
    socket.once("error", reject);
  });
  socket.on("error", () => {}); // A reset is an end, too.
  const parser = createParser({ protocolVersion });
  const packets: Packet[] = [];
  const waiting: ((packet: Packet) => void)[] = [];
  let taken = 0;
  socket.on("data", (bytes) => parser.parse(bytes));
  parser.on("packet", (packet) => {
    packets.push(packet);
    if (waiting.length > 0) waiting.shift()!(packets[taken++]!);
  });
  return {
    socket,
    packets,
    ended,
    write: (bytes) => void socket.write(bytes),
    send: (packet) => void socket.write(generate(packet, { protocolVersion })),
    next: () =>
      new Promise((resolve) => {
        if (taken < packets.length) resolve(packets[taken++]!);
        else waiting.push(resolve);
      }),
  };
}

/** A raw client that is through with CONNECT. */
export async function createConnected(
  port: number,
  protocolVersion: 4 | 5 = 5,
  more: Partial<IConnectPacket> = {},
): Promise<RawClient> {
  const client = await createRawClient(port, protocolVersion);
  client.send(connectPacket(protocolVersion, more));
  await client.next();
  return client;
}

export function connectPacket(
  protocolVersion: 4 | 5,
  more: Partial<IConnectPacket> = {},
): IConnectPacket {
  const clientId = `raw-${protocolVersion}`;
  return { cmd: "connect", protocolId: "MQTT", protocolVersion, clientId, clean: true, ...more };
}
