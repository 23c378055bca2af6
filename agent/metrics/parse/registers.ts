/** Numbers in Modbus registers of 16 bits, big-endian each (Modbus Application Protocol V1.1b3 §4.2). */
export const registerFormats = ["u16", "i16", "u32", "i32", "f32", "u64", "i64", "f64"] as const;
export type RegisterFormat = (typeof registerFormats)[number];

export const registersOf = (format: RegisterFormat) => Number(format.slice(1)) / 16;

/**
 * The numbers in a response's bytes. The standard leaves open which of a long number's registers comes
 * first, and devices differ: `wordOrder` says whether it is the high one.
 */
export function numbersIn(
  bytes: Uint8Array,
  format: RegisterFormat,
  wordOrder: "high-first" | "low-first",
): number[] {
  const words = registersOf(format);
  const numbers: number[] = [];
  for (let at = 0; at + 2 * words <= bytes.length; at += 2 * words) {
    const one = new DataView(new ArrayBuffer(2 * words));
    for (let word = 0; word < words; word++) {
      const from = at + 2 * (wordOrder === "high-first" ? word : words - 1 - word);
      one.setUint8(2 * word, bytes[from]!);
      one.setUint8(2 * word + 1, bytes[from + 1]!);
    }
    numbers.push(numberOf(one, format));
  }
  return numbers;
}

function numberOf(view: DataView, format: RegisterFormat): number {
  switch (format) {
    case "u16":
      return view.getUint16(0);
    case "i16":
      return view.getInt16(0);
    case "u32":
      return view.getUint32(0);
    case "i32":
      return view.getInt32(0);
    case "f32":
      return view.getFloat32(0);
    case "u64":
      return Number(view.getBigUint64(0));
    case "i64":
      return Number(view.getBigInt64(0));
    case "f64":
      return view.getFloat64(0);
  }
}
