// Times of day in the recorder's zone, whatever zone the browser is in. Instants are milliseconds
// since 1970; nothing here knows the DOM.

const formats = new Map();

function format(zone) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn-hc-h23", {
      timeZone: zone, year: "numeric", month: "numeric", day: "numeric",
      hour: "numeric", minute: "numeric", second: "numeric",
    }));
  }
  return formats.get(zone);
}

/** What a clock on the wall shows at an instant: year, month (1 to 12), day, hour, minute, second. */
export function wall(instant, zone) {
  const shown = {};
  for (const { type, value } of format(zone).formatToParts(instant)) {
    if (type !== "literal") shown[type] = Number(value);
  }
  return shown;
}

const asIfUTC = (w) => Date.UTC(
  w.year, w.month - 1, w.day, w.hour ?? 0, w.minute ?? 0, w.second ?? 0,
);

/** Milliseconds that the zone is ahead of UTC at an instant. */
export const offset = (instant, zone) => asIfUTC(wall(instant, zone)) - Math.floor(instant / 1000) * 1000;

/**
 * The instant at which a clock on the wall shows these figures. A time that comes twice is the first
 * one; a time that is skipped is as far after the jump as it is after the jump's beginning.
 */
export function instantOf(shown, zone) {
  const flat = asIfUTC(shown);
  const before = offset(flat - 86_400_000, zone);
  const after = offset(flat + 86_400_000, zone);
  const candidates = [flat - before, flat - after].filter(
    (instant) => asIfUTC(wall(instant, zone)) === flat);
  return candidates.length ? Math.min(...candidates) : flat - before;
}

/** The first instant of the day that holds an instant, or of a day some days later. */
export function dayStart(instant, zone, days = 0) {
  const { year, month, day } = wall(instant, zone);
  return instantOf({ year, month, day: day + days }, zone);
}

/** How long the day is that holds an instant: 23, 24 or 25 hours in milliseconds, as a rule. */
export const dayLength = (instant, zone) => dayStart(instant, zone, 1) - dayStart(instant, zone);

const two = (number) => String(number).padStart(2, "0");

/** `2025-02-26`, as `<input type="date">` has it. */
export function dateText(instant, zone) {
  const w = wall(instant, zone);
  return `${w.year}-${two(w.month)}-${two(w.day)}`;
}

/** `08:20:00`, as `<input type="time">` has it; with tenths if asked. */
export function timeText(instant, zone, { seconds = true, tenths = false } = {}) {
  const w = wall(instant, zone);
  const rest = tenths ? `.${Math.floor((((instant % 1000) + 1000) % 1000) / 100)}` : "";
  return `${two(w.hour)}:${two(w.minute)}${seconds ? `:${two(w.second)}${rest}` : ""}`;
}

/** The instant of a date field and a time field; null if either is not filled in. */
export function instantOfFields(date, time, zone) {
  const d = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  const c = /^(\d\d):(\d\d)(?::(\d\d))?/.exec(time);
  if (!d || !c) return null;
  return instantOf({
    year: Number(d[1]), month: Number(d[2]), day: Number(d[3]),
    hour: Number(c[1]), minute: Number(c[2]), second: Number(c[3] ?? 0),
  }, zone);
}

/** RFC 3339 in UTC, as the API and the address bar have it. */
export const iso = (instant) => new Date(instant).toISOString();
