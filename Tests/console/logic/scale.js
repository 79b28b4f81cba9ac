import { bounded, instantAt, labelStep, makeView, marks, panned, place, zoomed, LONGEST, SHORTEST } from "/assets/js/timeline/scale.js";
import { iso } from "/assets/js/zone.js";
import { equal } from "./equal.js";

const HOUR = 3_600_000;
const at = (text) => Date.parse(text);

export const cases = {
  "zooming leaves the instant under the pointer": () => {
    const view = makeView(at("2025-02-26T08:00:00Z"), 2 * HOUR);
    const pointed = instantAt(view, 0.3);
    equal(Math.round(place(zoomed(view, 0.37, 0.3), pointed) * 1e6), 300_000);
  },
  "from two minutes to a day of 25 hours": () => {
    equal(zoomed(makeView(0, HOUR), 1e-9, 0.5).span, SHORTEST);
    equal(zoomed(makeView(0, HOUR), 1e9, 0.5).span, LONGEST);
  },
  "panning goes over midnight": () => {
    equal(iso(panned(makeView(at("2025-02-26T23:00:00Z"), 2 * HOUR), 1).from), "2025-02-27T01:00:00.000Z");
  },
  "the view stays where there is something": () => {
    const now = at("2025-02-26T12:00:00Z");
    equal(bounded(makeView(now + 9 * HOUR, HOUR), now - 99 * HOUR, now).from, now - HOUR / 2);
    equal(bounded(makeView(now - 999 * HOUR, HOUR), now - 99 * HOUR, now).from, now - 99 * HOUR - 0.95 * HOUR);
    equal(bounded(makeView(now - 999 * HOUR, HOUR), undefined, now).from, now - 999 * HOUR);
  },
  "labels have room": () => {
    equal(labelStep(makeView(0, 24 * HOUR), 1200, 64), 2 * HOUR);
    equal(labelStep(makeView(0, 2 * 60_000), 1200, 64), 10_000);
  },
  "marks of a day with 25 hours are at whole hours": () => {
    const view = { from: at("2025-10-25T22:00:00Z"), span: 25 * HOUR };
    const hours = marks(view, 2 * HOUR, "Europe/Berlin").map((mark) => (mark - view.from) / HOUR);
    equal(hours, [0, 2, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23]);
  },
  "marks of a day with 23 hours": () => {
    const view = { from: at("2025-03-29T23:00:00Z"), span: 23 * HOUR };
    const hours = marks(view, 6 * HOUR, "Europe/Berlin").map((mark) => (mark - view.from) / HOUR);
    equal(hours, [0, 5, 11, 17]);
  },
  "marks of minutes in a zone with odd minutes": () => {
    const view = { from: at("2025-02-26T12:07:00Z"), span: HOUR };
    equal(marks(view, 30 * 60_000, "Asia/Kathmandu").map(iso), ["2025-02-26T12:15:00.000Z", "2025-02-26T12:45:00.000Z"]);
  },
};
