import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type AddressDigits,
  createAddressReader,
  scanSocketTable,
} from "../../../../agent/collectors/parse/socket-table.ts";

const test = suite("collectors: parse: socket tables");

const header = "  sl  local_address rem_address   st\n";
const bytesOf = (text: string) => new TextEncoder().encode(text);

function rowsOf(bytes: Uint8Array, digits: AddressDigits) {
  const rows: string[] = [];
  const addressAt = createAddressReader();
  const unreadable = scanSocketTable(bytes, digits, (row) => {
    const local = addressAt(bytes, row.localAt, digits);
    const remote = addressAt(bytes, row.remoteAt, digits);
    rows.push(`${local} ${row.localPort} ${remote} ${row.remotePort} ${row.state}`);
  });
  return { rows, unreadable };
}

test("reads IPv4 rows; the last may lack its newline", () => {
  const text = `${header}   0: 0100007F:0CEA 330AA8C0:01F6 01 00000000:00000000\n 12345: 00000000:FFFF 00000000:0000 0A`;
  assert.equal(rowsOf(bytesOf(text), 8), {
    rows: ["127.0.0.1 3306 192.168.10.51 502 1", "0.0.0.0 65535 0.0.0.0 0 10"],
    unreadable: 0,
  });
});

test("reads IPv6 rows word by word, v4-mapped as IPv4", () => {
  const local = "B80D0120000020000000000005000000";
  const mapped = "0000000000000000FFFF00004D01140A";
  const text = `${header}   0: ${local}:01BB ${mapped}:C55A 01 0\n`;
  assert.equal(rowsOf(bytesOf(text), 32).rows, ["2001:db8:20::5 443 10.20.1.77 50522 1"]);
});

test("a row cut anywhere before its state is counted, not read", () => {
  const row = "   0: 0100007F:0CEA 330AA8C0:01F6 01";
  for (let length = 1; length < row.length; length++) {
    for (const end of ["", "\n", `\n${row}`]) {
      const { rows, unreadable } = rowsOf(bytesOf(header + row.slice(0, length) + end), 8);
      assert.equal([rows.length, unreadable], [end.length > 1 ? 1 : 0, 1], `${length} of ${row}`);
    }
  }
});

test("a character that is not hexadecimal spoils its row only", () => {
  const row = "   0: 0100007F:0CEA 330AA8C0:01F6 01\n";
  for (let at = 4; at < row.length - 1; at++) {
    const spoiled = `${row.slice(0, at)}~${row.slice(at + 1)}`;
    const { rows, unreadable } = rowsOf(bytesOf(`${header}${spoiled}${row}`), 8);
    assert.equal([rows.length, unreadable], [1, 1], spoiled);
  }
});

test("reads any bytes without throwing", () => {
  const line = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ maxLength: 90 }).map((text) => bytesOf(`  0: ${text}\n`)),
  );
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom(8 as const, 32 as const), (lines, digits) => {
      rowsOf(Buffer.concat([bytesOf(header), ...lines]), digits);
    }),
  );
});

test.run();
