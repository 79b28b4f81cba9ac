// The wire format of /api/v1/live: eight bytes of header (camera, kind, two zeros, length) and a
// payload, cut out of chunks of any size.

export const Kind = Object.freeze({
  header: 0, key: 1, delta: 2, gap: 3, status: 4, keepAlive: 5,
});

const HEADER_LENGTH = 8;
// A recorder keeps no more than this; a longer part is no part.
const GREATEST_LENGTH = 16 << 20;

export class PartReader {
  #pieces = [];
  #length = 0;

  /** Takes a chunk and returns the parts that are now whole. Throws if it is something else. */
  take(chunk) {
    this.#pieces.push(chunk);
    this.#length += chunk.length;
    const parts = [];
    while (this.#length >= HEADER_LENGTH) {
      const header = this.#peek(HEADER_LENGTH);
      const view = new DataView(header.buffer, header.byteOffset, HEADER_LENGTH);
      const length = view.getUint32(4);
      if (view.getUint16(2) !== 0 || length > GREATEST_LENGTH) throw new Error("no live stream");
      if (this.#length < HEADER_LENGTH + length) break;
      const bytes = this.#peek(HEADER_LENGTH + length);
      this.#drop(bytes.length);
      parts.push({ camera: bytes[0], kind: bytes[1], payload: bytes.subarray(HEADER_LENGTH) });
    }
    return parts;
  }

  /** The first bytes in one piece; only what lies in several chunks is copied. */
  #peek(length) {
    if (this.#pieces[0].length < length) this.#pieces = [joined(this.#pieces)];
    return this.#pieces[0].subarray(0, length);
  }

  #drop(length) {
    this.#length -= length;
    const rest = this.#pieces[0].subarray(length);
    if (rest.length > 0) this.#pieces[0] = rest;
    else this.#pieces.shift();
  }
}

/** Several arrays of bytes as one. */
export function joined(arrays) {
  if (arrays.length === 1) return arrays[0];
  const whole = new Uint8Array(arrays.reduce((sum, each) => sum + each.length, 0));
  let offset = 0;
  for (const each of arrays) {
    whole.set(each, offset);
    offset += each.length;
  }
  return whole;
}
