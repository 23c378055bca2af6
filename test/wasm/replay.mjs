// Runs a script of calls on a core and writes down what came back, floats as their bits. Plain
// JavaScript without imports, so that it also runs under `node --jitless`, where tsx cannot.
//
//   init HEX | ingest HEX | tick MICROSECONDS | query WHAT A B | events MAX
//
// A transcript line is the call's result and, for query and events, the bytes at out_ptr in hex.

const EVENT_BYTES = 32;

export function replay(core, script) {
  const memory = new Uint8Array(core.memory.buffer);
  const put = (hex) => {
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
    memory.set(bytes, core.io_ptr());
    return bytes.length;
  };
  const out = (length) =>
    Array.from(memory.subarray(core.out_ptr(), core.out_ptr() + Math.max(length, 0)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  const calls = {
    init: ([hex = ""]) => `${core.init(put(hex))}`,
    ingest: ([hex]) => `${core.ingest(put(hex))}`,
    tick([us]) {
      const time = BigInt(us);
      return `${core.tick(Number(time & 0xffffffffn), Number(time >> 32n))}`;
    },
    query([what, a, b]) {
      const length = core.query(Number(what), Number(a), Number(b));
      return `${length} ${out(length)}`;
    },
    events([max]) {
      const count = core.events(Number(max));
      return `${count} ${out(count * EVENT_BYTES)}`;
    },
  };
  return script
    .trim()
    .split("\n")
    .map((line) => {
      const [call, ...args] = line.split(" ");
      return `${calls[call](args)}\n`;
    })
    .join("");
}
