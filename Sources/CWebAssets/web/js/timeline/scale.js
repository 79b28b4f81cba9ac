// The visible stretch of the time line and its marks: values only, no DOM.

import { dayStart, instantOf, offset, wall } from "../zone.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The shortest and the longest stretch that is shown. */
export const SHORTEST = 2 * MINUTE;
export const LONGEST = 25 * HOUR;

/** A stretch of time on a line of some pixels. */
export const makeView = (from, span) => ({
  from, span: Math.min(Math.max(span, SHORTEST), LONGEST),
});

/** The view with an instant in its middle. */
export const centred = (view, at) => ({ ...view, from: at - view.span / 2 });

/** Where an instant is, 0 at the left edge and 1 at the right. */
export const place = (view, at) => (at - view.from) / view.span;

/** The instant at a place. */
export const instantAt = (view, where) => view.from + where * view.span;

/** The view `factor` times as long; the instant at `where` stays under the pointer. */
export function zoomed(view, factor, where) {
  const span = Math.min(Math.max(view.span * factor, SHORTEST), LONGEST);
  return { from: view.from + (view.span - span) * where, span };
}

/** The view moved by a share of its length. */
export const panned = (view, share) => ({ ...view, from: view.from + share * view.span });

/** Keeps some part of the view between the oldest footage and a little after now. */
export function bounded(view, oldest, now) {
  const latest = now - view.span * 0.5;
  const earliest = Math.min((oldest ?? -Infinity) - view.span * 0.95, latest);
  return { ...view, from: Math.min(Math.max(view.from, earliest), latest) };
}

const STEPS = [
  SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
  MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
];

/** The step between labels so that each has at least `room` pixels. */
export function labelStep(view, width, room) {
  return STEPS.find((step) => (step / view.span) * width >= room) ?? 24 * HOUR;
}

/**
 * The instants of the marks in a view. Steps of an hour and more follow the wall clock, so that a
 * day of 23 or 25 hours has its marks at whole hours too.
 */
export function marks(view, step, zone) {
  const end = view.from + view.span;
  const found = [];
  if (step < HOUR) {
    const ahead = offset(view.from, zone);
    for (let at = Math.ceil((view.from + ahead) / step) * step - ahead; at < end; at += step) {
      found.push(at);
    }
    return found;
  }
  for (let day = dayStart(view.from, zone); day < end; day = dayStart(day, zone, 1)) {
    const shown = wall(day, zone);
    for (let hour = 0; hour < 24; hour += step / HOUR) {
      const at = hour === 0 ? day : instantOf({ ...shown, hour, minute: 0, second: 0 }, zone);
      if (at >= view.from && at < end && at !== found.at(-1)) found.push(at);
    }
  }
  return found;
}
