// The boxes of a clip (ISO/IEC 14496-12): values only, no DOM.

const text = (bytes, at) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** The size and type of the box at an offset; null if its header is not there yet. */
export function boxAt(bytes, at) {
  if (at + 8 > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  let size = view.getUint32(0);
  let header = 8;
  if (size === 1) {
    if (at + 16 > bytes.length) return null;
    size = Number(view.getBigUint64(8));
    header = 16;
  }
  return { type: text(bytes, at + 4), size, header };
}

/**
 * The initialization segment at the beginning of a clip: everything up to the end of `moov`; null if
 * it is not all there. A finished clip has one `mdat` around it and the fragments, and says so in the
 * eight bytes that were the head of that `moov`.
 */
export function initSegment(bytes) {
  let at = 0;
  for (let box = boxAt(bytes, at); box && box.size >= box.header; box = boxAt(bytes, at)) {
    if (box.type === "moov") return at + box.size <= bytes.length ? bytes.subarray(0, at + box.size) : null;
    if (box.type === "mdat") return withHead(bytes, at);
    if (box.type === "moof") return null;
    at += box.size;
  }
  return null;
}

/** The segment whose `moov` begins at an offset and has lost its head. */
function withHead(bytes, start) {
  let at = start + 8;
  let box = boxAt(bytes, at);
  if (box?.type !== "mvhd") return null;
  for (; box && ["mvhd", "trak", "mvex", "udta"].includes(box.type); box = boxAt(bytes, at)) at += box.size;
  if (!box || at > bytes.length) return null;
  const init = bytes.slice(0, at);
  new DataView(init.buffer).setUint32(start, at - start);
  init.set([0x6d, 0x6f, 0x6f, 0x76], start + 4);
  return init;
}

/** Where the first fragment begins at or after an offset: a `moof` whose first child is `mfhd`; -1 if none. */
export function findFragment(bytes, from = 0) {
  for (let at = from; at + 16 <= bytes.length; at += 1) {
    if (bytes[at + 4] === 0x6d && text(bytes, at + 4) === "moof" && text(bytes, at + 12) === "mfhd") return at;
  }
  return -1;
}

/** The RFC 6381 codecs of an initialization segment, such as `avc1.64001f,mp4a.40.2`. */
export function codecsOf(init) {
  const hex = (value) => value.toString(16).padStart(2, "0");
  const found = [];
  for (let at = 4; at + 8 < init.length; at += 1) {
    const type = text(init, at);
    if (type === "avcC") found.push(
      `avc1.${hex(init[at + 5])}${hex(init[at + 6])}${hex(init[at + 7])}`
    );
    else if (type === "hvcC") found.push(hevc(init.subarray(at + 4)));
    else if (type === "esds") found.push(aac(init, at));
    else if (type === "dOps") found.push("opus");
  }
  return found.join(",");
}

/** ISO/IEC 14496-15 annex E.3: profile space, profile, compatibility backwards, tier and level. */
function hevc(record) {
  const space = ["", "A", "B", "C"][record[1] >> 6];
  const tier = record[1] & 0x20 ? "H" : "L";
  const view = new DataView(record.buffer, record.byteOffset);
  let compatible = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    if (view.getUint32(2) & (1 << bit)) compatible |= 1 << (31 - bit);
  }
  return `hvc1.${space}${record[1] & 0x1f}.${(compatible >>> 0).toString(16)}.${tier}${record[12]}.B0`;
}

/** The audio object type stands in the first five bits of the decoder's own part (tag 5). */
function aac(init, at) {
  for (let next = at + 8; next < Math.min(at + 60, init.length - 6); next += 1) {
    if (init[next] !== 0x05) continue;
    let start = next + 1;
    while (init[start] & 0x80) start += 1;
    const type = init[start + 1] >> 3;
    if (type > 0 && type < 31) return `mp4a.40.${type}`;
  }
  return "mp4a.40.2";
}

/** The boxes of some bytes from one offset to another. */
function* boxes(bytes, from, to) {
  for (let at = from, box = boxAt(bytes, at); box && box.size >= box.header && at < to;
    at += box.size, box = boxAt(bytes, at)) {
    yield { ...box, at, from: at + box.header, to: Math.min(at + box.size, to) };
  }
}

const child = (bytes, box, type) => {
  for (const each of boxes(bytes, box.from, box.to)) if (each.type === type) return each;
  return null;
};

/** Ticks per second of each track of an initialization segment, by track number. */
export function timescales(init) {
  const found = new Map();
  for (const moov of boxes(init, 0, init.length)) {
    if (moov.type !== "moov") continue;
    for (const trak of boxes(init, moov.from, moov.to)) {
      const tkhd = trak.type === "trak" && child(init, trak, "tkhd");
      const mdia = trak.type === "trak" && child(init, trak, "mdia");
      const mdhd = mdia && child(init, mdia, "mdhd");
      if (!tkhd || !mdhd) continue;
      const view = new DataView(init.buffer, init.byteOffset);
      // In version 1 the two times before the number have 64 bits each.
      const skip = (box) => box.from + (init[box.from] === 1 ? 20 : 12);
      found.set(view.getUint32(skip(tkhd)), view.getUint32(skip(mdhd)));
    }
  }
  return found;
}

/** The second at which a fragment begins, by the `tfdt` of its first track; null if it has none. */
export function fragmentStart(bytes, scales) {
  const moof = boxAt(bytes, 0);
  for (const traf of boxes(bytes, moof.header, Math.min(moof.size, bytes.length))) {
    if (traf.type !== "traf") continue;
    const tfhd = child(bytes, traf, "tfhd");
    const tfdt = child(bytes, traf, "tfdt");
    if (!tfhd || !tfdt) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const scale = scales.get(view.getUint32(tfhd.from + 4)) ?? 1000;
    const isLong = bytes[tfdt.from] === 1;
    return (
      isLong ? Number(view.getBigUint64(tfdt.from + 4)) : view.getUint32(tfdt.from + 4)
    ) / scale;
  }
  return null;
}
