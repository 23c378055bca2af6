/** A Modbus and an OPC UA server, for test/e2e/plant-live.test.ts. Prints "ready" when both listen. */
import { createServer } from "node:net";
import modbus from "jsmodbus";
import { OPCUAServer } from "node-opcua-server";

const [address] = process.argv.slice(2) as [string];

const tcp = createServer();
new modbus.server.TCP(tcp, { holding: Buffer.alloc(1024) });
await new Promise<void>((listening) => tcp.listen(502, address, listening));

const opcua = new OPCUAServer({ port: 4840, host: address, hostname: address });
await opcua.start();
process.stdout.write("ready\n");
