/** The bytes of one socket, as packets, to the handlers. */
import type { TLSSocket } from "node:tls";
import { CONNECT_WAIT_MS_MAX, PACKET_BYTES_MAX } from "../limits.ts";
import { type Client, createClient } from "./client.ts";
import { createDecoder } from "./codec.ts";
import type { BrokerContext } from "./context.ts";
import { sendQueued } from "./delivery.ts";
import { createFramer, type FrameProblem } from "./framing.ts";
import { handle } from "./handlers/index.ts";
import { Reason, type Refusal, refusal } from "./reason.ts";

const FRAME_REFUSALS: Record<FrameProblem, Refusal> = {
  "too-large": refusal(Reason.packetTooLarge, `a packet above ${PACKET_BYTES_MAX} bytes`),
  malformed: refusal(Reason.malformedPacket, "a packet length of more than four bytes"),
};

/** Serves the socket until it closes; meanwhile its client is in `clients`. */
export function serve(context: BrokerContext, clients: Set<Client>, socket: TLSSocket): void {
  const { clock, log } = context;
  const client = createClient(socket, clock.monotonicMs() + CONNECT_WAIT_MS_MAX);
  const take = packetTaker(context, client);
  clients.add(client);
  socket.setNoDelay(true);
  socket.on("data", take);
  socket.on("drain", () => {
    socket.resume();
    if (client.session !== null) {
      sendQueued(client.session, { counts: context.counts, nowMs: clock.monotonicMs() });
    }
  });
  socket.on("error", (error) => log.debug("socket error", { reason: error.message }));
  socket.on("close", () => {
    clients.delete(client);
    client.state = "closing";
    context.detach(client);
  });
}

function packetTaker(context: BrokerContext, client: Client): (bytes: Buffer) => void {
  const framer = createFramer(PACKET_BYTES_MAX);
  const decoder = createDecoder();
  const isOver = () => client.state === "closing";
  return (bytes) => {
    if (isOver()) return;
    const { packets, problem } = framer.push(bytes);
    for (const packet of packets) {
      const decoded = decoder.decode(packet);
      const refused =
        "problem" in decoded
          ? refusal(Reason.malformedPacket, decoded.problem)
          : handle(context, client, decoded.packet);
      if (refused !== null) context.refuse(client, refused);
      if (isOver()) return;
      // MQTT 5.0 §3.1.2.10: one and a half keep-alive intervals, from the last packet.
      client.deadlineMs = context.clock.monotonicMs() + client.keepAliveMs * 1.5;
    }
    if (problem !== null) context.refuse(client, FRAME_REFUSALS[problem]);
  };
}
