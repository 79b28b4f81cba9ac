// How a live picture is kept near the present: decisions without a browser.

export const FASTER_ABOVE = 0.4;
export const NORMAL_BELOW = 0.25;
export const JUMP_ABOVE = 1.5;
// A network that was late once is given more room than one that is not known yet.
const AFTER_JUMP = 0.3;
const AT_START = 0.1;
const KEPT = 20;

/**
 * What to do with the playback: `seek` to a time, play at `rate`, `remove` what is older than a time.
 * `ranges` are the buffered ones as pairs of seconds. `jumpTook` are the seconds of the last seek: all
 * pictures from a key frame on are decoded for one, so another must save more than it costs.
 */
export function pace({ ranges, time, rate, isJumping = false, jumpTook = 0 }) {
  const last = ranges.at(-1);
  if (!last || isJumping) return {};
  const [start, end] = last;
  const lag = end - time;
  const step = {};
  const inside = ranges.find(([from, to]) => time >= from - 0.05 && time < to);
  const isFar = lag > JUMP_ABOVE;
  const isBefore = !inside && time < start;
  if (isBefore || isFar && lag > 2 * jumpTook) {
    step.seek = Math.max(start, end - (isBefore ? AT_START : AFTER_JUMP));
    step.rate = 1.1;
  } else if (isFar) {
    step.rate = 2;
  } else if (lag > FASTER_ABOVE) {
    step.rate = 1.1;
  } else if (lag < NORMAL_BELOW || rate === 1) {
    step.rate = 1;
  }
  const [oldest] = ranges[0];
  if (time - oldest > KEPT) step.remove = time - KEPT / 2;
  return step;
}
