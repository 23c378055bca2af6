/** Talks to the servers of server.ts as an HMI does, once in each way; or writes as nobody should. */
import { once } from "node:events";
import { connect } from "node:net";
import modbus from "jsmodbus";
import mqtt from "mqtt";
import { OPCUAClient } from "node-opcua-client";

const [server, own, task] = process.argv.slice(2) as [string, string, "poll" | "write"];
const ROUNDS = 20;
const ROUND_MS = 100;
const ANSWER_MS = 30_000;

const socket = connect({ host: server, port: 502, localAddress: own });
const plc = new modbus.client.TCP(socket, 7, ANSWER_MS);
await once(socket, "connect");
if (task === "write") {
  await plc.writeSingleRegister(3, 666);
} else {
  await pollAll();
}
socket.end();

async function pollAll(): Promise<void> {
  const broker = await mqtt.connectAsync({ host: server, port: 1883, clientId: "hmi" });
  await broker.subscribeAsync("line/4/#");
  const opcua = OPCUAClient.create({ endpointMustExist: false });
  await opcua.connect(`opc.tcp://${server}:4840`);
  const session = await opcua.createSession();
  for (let round = 0; round < ROUNDS; round++) {
    await plc.readHoldingRegisters(0, 10);
    await session.read({ nodeId: "i=2258" });
    await broker.publishAsync("line/4/speed", String(round));
    await new Promise((over) => setTimeout(over, ROUND_MS));
  }
  await session.close();
  await opcua.disconnect();
  await broker.endAsync();
}
