// Sizes, rates and lengths as people read them. 1 GB is 1024^3 bytes, as in the settings.

import { language } from "./i18n.js";

const number = (value, digits) => new Intl.NumberFormat(language, {
  maximumFractionDigits: digits, minimumFractionDigits: 0,
}).format(value);

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** `31.4 MB`: three figures at least, no more than needed. */
export function bytes(count) {
  let power = 0;
  let value = count;
  while (value >= 1000 && power < UNITS.length - 1) {
    value /= 1024;
    power += 1;
  }
  return `${number(value, value < 10 && power ? 2 : value < 100 && power ? 1 : 0)} ${UNITS[power]}`;
}

/** `2.1 Mbit/s`. */
export function bitrate(perSecond) {
  if (perSecond >= 1e6) return `${number(perSecond / 1e6, perSecond < 1e7 ? 1 : 0)} Mbit/s`;
  return `${number(perSecond / 1e3, 0)} kbit/s`;
}

/** A plain number. */
export const figure = (value, digits = 0) => number(value, digits);

/** `12:04` or `1:02:04`: a length that runs. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest.replace(/^0(\d:)/, "$1");
}

const unit = (value, name, digits = 0) => new Intl.NumberFormat(language, {
  style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits,
}).format(value);

/** `12 sec`, `3 min`, `2 hr 5 min`, `3.1 days`: a length in words. */
export function length(seconds) {
  if (seconds < 10) return unit(seconds, "second", 1);
  if (seconds < 90) return unit(Math.round(seconds), "second");
  if (seconds < 5400) return unit(Math.round(seconds / 60), "minute");
  if (seconds < 86_400) {
    const minutes = Math.round(seconds / 60);
    const hours = unit(Math.floor(minutes / 60), "hour");
    return minutes % 60 ? `${hours} ${unit(minutes % 60, "minute")}` : hours;
  }
  return unit(seconds / 86_400, "day", 1);
}

/** Days that some bytes last at a bit rate. */
export const daysFor = (size, perSecond) => (size * 8) / perSecond / 86_400;

/** A date of the recorder's zone: `Tue 26 Feb 2025`; an instant with its time if asked. */
export function date(instant, zone, { time = false, year = true } = {}) {
  return new Intl.DateTimeFormat(language, {
    timeZone: zone, weekday: "short", day: "numeric", month: "short",
    ...(year ? { year: "numeric" } : {}),
    ...(time ? { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } : {}),
  }).format(instant);
}
