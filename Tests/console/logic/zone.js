import { dateText, dayLength, dayStart, instantOf, instantOfFields, iso, offset, timeText, wall } from "/assets/js/zone.js";
import { equal } from "./equal.js";

const HOUR = 3_600_000;
const at = (text) => Date.parse(text);

export const cases = {
  "a day in spring has 23 hours and one in autumn 25": () => {
    equal(dayLength(at("2025-03-30T12:00:00Z"), "Europe/Berlin"), 23 * HOUR);
    equal(dayLength(at("2025-10-26T12:00:00Z"), "Europe/Berlin"), 25 * HOUR);
    equal(dayLength(at("2025-10-27T12:00:00Z"), "Europe/Berlin"), 24 * HOUR);
  },
  "half an hour of summer time on Lord Howe Island": () => {
    equal(dayLength(at("2025-04-05T20:00:00Z"), "Australia/Lord_Howe"), 24.5 * HOUR);
  },
  "an hour that comes twice is the first one": () => {
    equal(iso(instantOf({ year: 2025, month: 10, day: 26, hour: 2, minute: 30 }, "Europe/Berlin")), "2025-10-26T00:30:00.000Z");
  },
  "an hour that is left out is as far after the jump": () => {
    equal(iso(instantOf({ year: 2025, month: 3, day: 30, hour: 2, minute: 30 }, "Europe/Berlin")), "2025-03-30T01:30:00.000Z");
  },
  "a day begins at one where midnight is left out": () => {
    const start = dayStart(at("2025-04-25T12:00:00Z"), "Africa/Cairo");
    equal([timeText(start, "Africa/Cairo"), iso(start)], ["01:00:00", "2025-04-24T22:00:00.000Z"]);
  },
  "the days before and after": () => {
    const noon = at("2025-03-30T10:00:00Z");
    equal(iso(dayStart(noon, "Europe/Berlin", 1)), "2025-03-30T22:00:00.000Z");
    equal(iso(dayStart(noon, "Europe/Berlin", -1)), "2025-03-28T23:00:00.000Z");
    equal(iso(dayStart(at("2025-12-31T12:00:00Z"), "Asia/Tokyo", 1)), "2025-12-31T15:00:00.000Z");
  },
  "fields and back": () => {
    for (const zone of ["Asia/Kolkata", "America/St_Johns", "Pacific/Chatham", "UTC"]) {
      const instant = at("2025-07-01T03:04:05Z");
      equal(instantOfFields(dateText(instant, zone), timeText(instant, zone), zone), instant);
    }
    equal(instantOfFields("", "12:00", "UTC"), null);
  },
  "what a clock shows": () => {
    equal(wall(at("2025-02-26T23:59:59.900Z"), "UTC"), { month: 2, day: 26, year: 2025, hour: 23, minute: 59, second: 59 });
    equal(offset(at("2025-02-26T12:00:00Z"), "Asia/Tokyo"), 9 * HOUR);
    equal(timeText(at("2025-02-26T12:00:00.940Z"), "UTC", { tenths: true }), "12:00:00.9");
  },
};
