import { Kind, PartReader, joined } from "/assets/js/live-parts.js";
import { pace } from "/assets/js/live-pace.js";
import { equal } from "./equal.js";

const part = (camera, kind, ...payload) =>
  [camera, kind, 0, 0, 0, 0, payload.length >> 8, payload.length & 255, ...payload];
const plain = (parts) => parts.map(({ camera, kind, payload }) => [camera, kind, [...payload]]);
const STREAM = [
  ...part(0, Kind.status, 1), ...part(3, Kind.key, ...new Array(700).fill(5)), ...part(0, Kind.gap),
];
const WHOLE = [[0, 4, [1]], [3, 1, new Array(700).fill(5)], [0, 3, []]];

export const cases = {
  "parts come out whole however the network cuts them": () => {
    for (const size of [1, 7, 8, 9, 300, STREAM.length]) {
      const reader = new PartReader();
      const parts = [];
      for (let at = 0; at < STREAM.length; at += size) {
        parts.push(...reader.take(new Uint8Array(STREAM.slice(at, at + size))));
      }
      equal(plain(parts), WHOLE);
    }
  },
  "what is no live stream is an error, not a wait for gigabytes": () => {
    for (const text of ["<html>error", "\u0000\u0001\u0000\u0000\u00ff\u00ff\u00ff\u00ff"]) {
      let error = null;
      try {
        new PartReader().take(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
      } catch (thrown) {
        error = thrown;
      }
      equal(error !== null, true);
    }
  },
  "one array is not copied, several are put together": () => {
    const one = new Uint8Array([1, 2]);
    equal(joined([one]) === one, true);
    equal([...joined([one, new Uint8Array([3])])], [1, 2, 3]);
  },
  "near the edge it plays as it is": () => {
    equal(pace({ ranges: [[0, 10]], time: 9.8, rate: 1 }), { rate: 1 });
    equal(pace({ ranges: [[0, 10]], time: 9.7, rate: 1 }), { rate: 1 });
    equal(pace({ ranges: [], time: 0, rate: 1 }), {});
  },
  "a little behind it plays faster until it has caught up": () => {
    equal(pace({ ranges: [[0, 10]], time: 9.5, rate: 1 }), { rate: 1.1 });
    equal(pace({ ranges: [[0, 10]], time: 9.7, rate: 1.1 }), {});
    equal(pace({ ranges: [[0, 10]], time: 9.8, rate: 1.1 }), { rate: 1 });
  },
  "far behind, before the first picture or in a gap it jumps": () => {
    equal(pace({ ranges: [[0, 10]], time: 8, rate: 1.1 }), { seek: 9.7, rate: 1.1 });
    equal(pace({ ranges: [[512, 512.5]], time: 0, rate: 1 }), { seek: 512.4, rate: 1.1 });
    equal(pace({ ranges: [[0, 10], [11, 11.5]], time: 10.2, rate: 1 }), { seek: 11.4, rate: 1.1 });
  },
  "a jump is waited for, and one that would cost what it saves is not made": () => {
    equal(pace({ ranges: [[0, 10]], time: 0, rate: 1, isJumping: true }), {});
    equal(pace({ ranges: [[0, 10]], time: 8, rate: 1, jumpTook: 0.9 }), { seek: 9.7, rate: 1.1 });
    equal(pace({ ranges: [[0, 10]], time: 8, rate: 1, jumpTook: 1.1 }), { rate: 2 });
    equal(pace({ ranges: [[0, 10]], time: 9, rate: 2, jumpTook: 1.1 }), { rate: 1.1 });
  },
  "what was seen long ago is forgotten": () => {
    equal(pace({ ranges: [[0, 30]], time: 29.75, rate: 1 }), { rate: 1, remove: 19.75 });
  },
};
