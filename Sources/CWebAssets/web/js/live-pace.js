// How a live picture is kept near the present: decisions without a browser.

export const FASTER_ABOVE = 0.4;
export const NORMAL_BELOW = 0.25;
export const JUMP_ABOVE = 1.5;
const AFTER_JUMP = 0.3;
const KEPT = 20;

/**
 * What to do with the playback: `seek` to a time, play at `rate`, `remove` what is older than a time.
 * `ranges` are the buffered ones as pairs of seconds.
 */
export function pace({ ranges, time, rate }) {
  const last = ranges.at(-1);
  if (!last) return {};
  const [start, end] = last;
  const lag = end - time;
  const step = {};
  const inside = ranges.find(([from, to]) => time >= from - 0.05 && time < to);
  if (lag > JUMP_ABOVE || !inside && time < start) {
    step.seek = Math.max(start, end - AFTER_JUMP);
    step.rate = 1;
  } else if (lag > FASTER_ABOVE) {
    step.rate = 1.1;
  } else if (lag < NORMAL_BELOW || rate === 1) {
    step.rate = 1;
  }
  const [oldest] = ranges[0];
  if (time - oldest > KEPT) step.remove = time - KEPT / 2;
  return step;
}
