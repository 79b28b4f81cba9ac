import { clipAfter, clipAt, gapAt, gapKind, instantOfMedia, mediaTime, merged, neighbour, nextRecorded } from "/assets/js/timeline/lanes.js";
import { equal } from "./equal.js";

const clip = (id, start, end, seconds = (end - start) / 1000) => ({ id, start, end, seconds });
const CLIPS = [clip(1, 0, 10_000), clip(2, 10_000, 20_000), clip(3, 60_000, 70_000, 9.9)];
const lane = (clips, gaps = []) => ({ camera: "a", clips, gaps, protections: [] });

export const cases = {
  "a clip holds its start and not its end": () => {
    equal([clipAt(CLIPS, 0), clipAt(CLIPS, 9999), clipAt(CLIPS, 10_000)].map((each) => each.id), [1, 1, 2]);
    equal([clipAt(CLIPS, 20_000), clipAt(CLIPS, -1), clipAt([], 5)].map((each) => each === undefined), [true, true, true]);
  },
  "the clip after": () => equal([clipAfter(CLIPS, 5).id, clipAfter(CLIPS, 30_000).id, clipAfter(CLIPS, 60_000) === undefined], [2, 3, true]),
  "media time is stretched onto the wall clock": () => {
    equal(mediaTime(CLIPS[2], 65_000), 4.95);
    equal(instantOfMedia(CLIPS[2], 4.95), 65_000);
    equal(mediaTime(CLIPS[2], 99_000), 9.9);
    equal(mediaTime(clip(4, 5, 5), 5), 0);
  },
  "what comes next in several lanes": () => {
    const lanes = [lane([CLIPS[0]]), lane([CLIPS[2]])];
    equal([nextRecorded(lanes, 5), nextRecorded(lanes, 10_000), nextRecorded(lanes, 70_000)], [5, 60_000, null]);
    equal([neighbour(lanes, 5000, 1), neighbour(lanes, 65_000, -1), neighbour(lanes, 65_000, 1)], [60_000, 60_000, null]);
  },
  "gaps and their kinds": () => {
    const gaps = [{ start: 20_000, end: 60_000, cause: "stalled" }];
    equal([gapAt(gaps, 20_000).cause, gapAt(gaps, 60_000) === undefined], ["stalled", true]);
    equal(["disk-full", "stopped-by-user", "refused-login", "deleted", "disabled"].map(gapKind), ["disk", "stopped", "camera", "deleted", "off"]);
  },
  "the end of what is known is learned anew": () => {
    const known = { from: 0, to: 20_000, lanes: [lane([CLIPS[0], { ...CLIPS[1], end: 15_000, open: true }], [{ start: -9, end: 0, cause: "other" }])] };
    const tail = { from: 12_000, to: 70_000, lanes: [lane([CLIPS[1], CLIPS[2]], [{ start: 20_000, end: 60_000, cause: "stalled" }])] };
    const all = merged(known, tail);
    equal([all.from, all.to], [0, 70_000]);
    equal(all.lanes[0].clips, CLIPS);
    equal(all.lanes[0].gaps.map((gap) => gap.cause), ["other", "stalled"]);
  },
};
