import { type AddressInfo, createServer, type Socket } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CustomType } from "../../../../agent/core/custom-value.ts";
import type { ObjectValue } from "../../../../agent/core/option.ts";
import { modbus } from "../../../../agent/metrics/sources/modbus.ts";
import { openSource, reasonOf, testMetricSource } from "../../../contracts/metric-source.ts";

const test = suite("metrics: modbus: details");

/**
 * A device that answers with the given hexadecimal bytes, of which `id` stands for the request's own
 * transaction identifier, and keeps what it was asked.
 */
async function withDevice<T>(
  answer: (socket: Socket, id: string) => void,
  use: (port: number, asked: string[]) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (request) => {
      asked.push(request.subarray(2).toString("hex"));
      answer(socket, request.subarray(0, 2).toString("hex"));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    return await use((server.address() as AddressInfo).port, asked);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");
const answering = (hex: string) => (socket: Socket, id: string) =>
  void socket.write(bytes(`${id} ${hex}`));
const read = (type: CustomType, port: number, members: ObjectValue) =>
  openSource(modbus, type, { host: "127.0.0.1", port, ...members })();

testMetricSource(modbus, {
  members: { number: { address: 0 }, "number-list": { address: 0 } },
  readsHost: false,
  raise: async () => {
    const server = createServer((socket) => {
      socket.on("data", (request) => {
        socket.write(Buffer.concat([request.subarray(0, 2), bytes("0000 0005 01 03 02 1234")]));
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    return {
      members: { host: "127.0.0.1", port },
      close: () => new Promise((resolve) => server.close(() => resolve())),
    };
  },
});

// Bytes after V1.1b3 §6.3's own example: registers 107 to 109 hold 0x022B, 0 and 100.
test("holding registers: the standard's own request and answer", async () => {
  await withDevice(answering("0000 0009 01 03 06 022b 0000 0064"), async (port, asked) => {
    const values = await read("number-list", port, { address: 107, count: 3 });
    assert.equal(values, [0x022b, 0, 100]);
    assert.equal(asked, ["0000" + "0006" + "01" + "03" + "006b" + "0003"]);
  });
});

test("input registers as a scaled number of 32 bits, low register first", async () => {
  await withDevice(answering("0000 0007 11 04 04 2065 47f1"), async (port, asked) => {
    const members = {
      table: "input",
      unit: 17,
      address: 8,
      format: "f32",
      word_order: "low-first",
    };
    assert.is(await read("number", port, { ...members, scale: 2 }), Math.fround(123456.789) * 2);
    assert.equal(asked, ["0000" + "0006" + "11" + "04" + "0008" + "0002"]);
  });
});

// §6.1's example: coils 20 to 38 are CD 6B 05.
test("coils and discrete inputs, the lowest bit first", async () => {
  await withDevice(answering("0000 0006 01 01 03 cd6b05"), async (port, asked) => {
    const values = (await read("number-list", port, {
      table: "coil",
      address: 19,
      count: 19,
    })) as number[];
    assert.is(values.join(""), "1011001111010110101");
    assert.equal(asked, ["0000" + "0006" + "01" + "01" + "0013" + "0013"]);
  });
  await withDevice(answering("0000 0004 01 02 01 02"), async (port) => {
    assert.is(await read("number", port, { table: "discrete", address: 0 }), 0);
  });
});

test("an answer in pieces is put together", async () => {
  const inPieces = (socket: Socket, id: string) => {
    const whole = bytes(`${id} 0000 0005 01 03 02 1234`);
    socket.setNoDelay(true);
    for (const [at, byte] of whole.entries()) setTimeout(() => socket.write(Buffer.of(byte)), at);
  };
  await withDevice(inPieces, async (port) => {
    assert.is(await read("number", port, { address: 0 }), 0x1234);
  });
});

test("what a device answers instead is said", async () => {
  const reasonFrom = (answer: (socket: Socket, id: string) => void, members: ObjectValue = {}) =>
    withDevice(answer, (port) => reasonOf(read("number", port, { address: 0, ...members })));
  // Exception 2: illegal data address.
  assert.match(await reasonFrom(answering("0000 0003 01 83 02")), /Code 2/);
  assert.match(await reasonFrom((socket) => socket.destroy()), /connection/i);
  assert.match(await reasonFrom(answering("0000 0003 01 03 00")), /answers 0 bytes/);
  assert.match(
    await reasonFrom(answering("0000 0005 01 03 02 1234"), { format: "u32" }),
    /answers 2 bytes/,
  );
  const flood = (socket: Socket) => void socket.write(Buffer.alloc(65536, 0xff));
  assert.match(await reasonFrom(flood), /answers too many bytes/);
});

test("a device that is silent or away ends with the time limit or at once", async () => {
  const gone = await withDevice(
    () => {},
    async (port) => port,
  );
  assert.match(await reasonOf(read("number", gone, { address: 0 })), /ECONNREFUSED/);
  const limit = new AbortController();
  const reason = await withDevice(
    () => limit.abort(),
    (port) => {
      const members = { host: "127.0.0.1", port, address: 0 };
      return reasonOf(openSource(modbus, "number", members)(limit.signal));
    },
  );
  assert.match(reason, /took longer than its time limit/);
});

test("what one request cannot read is no configuration", () => {
  const problemOf = (members: ObjectValue, type: CustomType) =>
    modbus.problemOf!({ count: 1, format: "u16", address: 0, ...members }, type);
  assert.is(problemOf({ count: 125 }, "number-list"), null);
  assert.match(problemOf({ count: 2 }, "number") ?? "", /a number is one/);
  assert.match(problemOf({ count: 63, format: "f32" }, "number-list") ?? "", /126 registers/);
  assert.match(problemOf({ address: 65535, format: "f32" }, "number") ?? "", /last address/);
});

test.run();
