/** Appends numbers and text to bytes that grow; `createReader` reads them again. */
export function createWriter() {
  let bytes = new Uint8Array(1024);
  let view = new DataView(bytes.buffer);
  let length = 0;
  const room = (more: number) => {
    if (length + more <= bytes.length) return;
    const grown = new Uint8Array(Math.max(bytes.length * 2, length + more));
    grown.set(bytes);
    bytes = grown;
    view = new DataView(bytes.buffer);
  };

  return {
    /** A whole number from 0 to 2^53 - 1 in as few bytes as it needs (LEB128). */
    whole(value: number): void {
      room(8);
      let rest = value;
      for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[length++] = (rest % 0x80) | 0x80;
      bytes[length++] = rest;
    },
    float(value: number): void {
      room(8);
      view.setFloat64(length, value, true);
      length += 8;
    },
    text(value: string): void {
      const encoded = new TextEncoder().encode(value);
      this.whole(encoded.length);
      room(encoded.length);
      bytes.set(encoded, length);
      length += encoded.length;
    },
    /** As many 32-bit floats as the reader asks for. */
    floats(values: Float32Array): void {
      room(values.byteLength);
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), length);
      length += values.byteLength;
    },
    bytes: (): Uint8Array => bytes.slice(0, length),
  };
}

export type Writer = ReturnType<typeof createWriter>;

/** The bytes end or are no number where one should be. */
export class BytesError extends Error {
  override readonly name = "BytesError";
}

/** Reads what `createWriter` wrote. Throws BytesError. */
export function createReader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (count: number): number => {
    if (count > bytes.length - at) throw new BytesError("the bytes end early");
    at += count;
    return at - count;
  };

  return {
    whole(): number {
      let value = 0;
      for (let scale = 1; scale < Number.MAX_SAFE_INTEGER; scale *= 0x80) {
        const byte = bytes[take(1)]!;
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) return value;
      }
      throw new BytesError("a number has too many bytes");
    },
    float: (): number => view.getFloat64(take(8), true),
    text(): string {
      const count = this.whole();
      const from = take(count);
      return new TextDecoder().decode(bytes.subarray(from, from + count));
    },
    /** Throws also where one of them is no finite number: no statistic survives it. */
    floats(count: number): Float32Array {
      const from = take(count * 4);
      const values = new Float32Array(bytes.slice(from, from + count * 4).buffer);
      if (!values.every(Number.isFinite)) throw new BytesError("a float is not finite");
      return values;
    },
    isAtEnd: (): boolean => at === bytes.length,
  };
}

export type Reader = ReturnType<typeof createReader>;
