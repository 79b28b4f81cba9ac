import { boxAt, codecsOf, findFragment, fragmentStart, initSegment, timescales } from "/assets/js/timeline/boxes.js";
import { equal } from "./equal.js";

const number = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const box = (type, ...parts) => {
  const body = parts.flat();
  return [...number(body.length + 8), ...[...type].map((letter) => letter.charCodeAt(0)), ...body];
};
const zeros = (count) => new Array(count).fill(0);
const bytes = (...parts) => new Uint8Array(parts.flat());

const moov = box("moov", box("mvhd", zeros(20)), box("trak",
  box("tkhd", zeros(12), number(1)), box("mdia", box("mdhd", zeros(12), number(90_000))),
  box("avcC", [1, 0x64, 0x00, 0x1f, 0xff])));
const head = [...box("ftyp", zeros(8)), ...box("free", zeros(8)), ...moov];
const fragment = (ticks) => [
  ...box("moof", box("mfhd", zeros(8)), box("traf", box("tfhd", zeros(4), number(1)), box("tfdt", [1, 0, 0, 0], number(0), number(ticks)))),
  ...box("mdat", zeros(40)),
];

export const cases = {
  "the initialization segment ends with moov": () => {
    equal(initSegment(bytes(head, fragment(0))).length, head.length);
    equal(initSegment(bytes(head).subarray(0, 40)), null);
    equal(initSegment(bytes(box("ftyp", zeros(8)), box("mdat", zeros(100)))), null);
  },
  "a finished clip has the same segment behind the head of its mdat": () => {
    const open = bytes(head, fragment(0));
    const start = head.length - moov.length;
    const final = bytes(head.slice(0, start), number(moov.length + fragment(0).length), [..."mdat"].map((letter) => letter.charCodeAt(0)), moov.slice(8), fragment(0), moov);
    equal([...initSegment(final)], [...initSegment(open)]);
    equal(initSegment(final.subarray(0, head.length - 4)), null);
  },
  "codecs as browsers name them": () => equal(codecsOf(bytes(head)), "avc1.64001f"),
  "a fragment is found in the middle of bytes, a word that looks like one is not": () => {
    const noise = [...box("mdat", [...zeros(3), ..."moofmoof"].map((each) => (typeof each === "string" ? each.charCodeAt(0) : each)))];
    equal(findFragment(bytes(noise, fragment(7))), noise.length);
    equal(findFragment(bytes(noise)), -1);
  },
  "the second at which a fragment begins": () => {
    const scales = timescales(bytes(head));
    equal([...scales], [[1, 90_000]]);
    equal(fragmentStart(bytes(fragment(450_000)), scales), 5);
  },
  "a box of 64 bits": () => equal(boxAt(bytes(number(1), [..."mdat"].map((letter) => letter.charCodeAt(0)), number(1), number(0)), 0), { type: "mdat", size: 4_294_967_296, header: 16 }),
};
