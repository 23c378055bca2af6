import { suite } from "uvu";
import * as assert from "uvu/assert";
import { numbersIn, registersOf } from "../../../../agent/metrics/parse/registers.ts";

const test = suite("metrics: registers");
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

test("16 bits, with and without sign", () => {
  assert.equal(numbersIn(bytes("ffff 0102"), "u16", "high-first"), [65535, 258]);
  assert.equal(numbersIn(bytes("ffff 0102"), "i16", "low-first"), [-1, 258]);
});

test("longer numbers, whichever register comes first", () => {
  // 123456.789 as IEEE 754 single precision is 0x47F12065.
  assert.equal(numbersIn(bytes("47f1 2065"), "f32", "high-first"), [Math.fround(123456.789)]);
  assert.equal(numbersIn(bytes("2065 47f1"), "f32", "low-first"), [Math.fround(123456.789)]);
  assert.equal(numbersIn(bytes("0001 0000 fffe ffff"), "i32", "high-first"), [65536, -65537]);
  assert.equal(numbersIn(bytes("0000 0001"), "u32", "low-first"), [65536]);
  assert.equal(numbersIn(bytes("0000 0000 0000 0007"), "u64", "high-first"), [7]);
  assert.equal(numbersIn(bytes("ffff ffff ffff fff9"), "i64", "high-first"), [-7]);
  assert.equal(numbersIn(bytes("0000 0000 0000 3ff8"), "f64", "low-first"), [1.5]);
});

test("what is not a whole number of registers is left", () => {
  assert.equal(numbersIn(bytes("0001 00"), "u16", "high-first"), [1]);
  assert.equal(numbersIn(bytes("0001"), "f32", "high-first"), []);
  assert.is(registersOf("f64"), 4);
});

test.run();
