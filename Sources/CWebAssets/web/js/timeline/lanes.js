// What was recorded when, as the API tells it, made ready for looking up: values only, no DOM.

/** Reads an answer of `/timeline`: times become milliseconds. */
export function readTimeline(answer) {
  return {
    from: Date.parse(answer.from),
    to: Date.parse(answer.to),
    oldest: answer.oldest ? Date.parse(answer.oldest) : null,
    lanes: answer.lanes.map((lane) => ({
      camera: lane.camera,
      configured: lane.configured,
      clips: lane.clips.map(timed),
      gaps: lane.gaps.map(timed),
      protections: lane.protections.map((each) => ({
        ...each, start: Date.parse(each.from), end: Date.parse(each.to),
      })),
      deletedSoonBefore: lane.deleted_soon_before ? Date.parse(lane.deleted_soon_before) : null,
    })),
  };
}

const timed = (span) => ({ ...span, start: Date.parse(span.start), end: Date.parse(span.end) });

/** The index of the last span that begins at or before an instant; -1 if there is none. */
export function lastBefore(spans, at) {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle].start <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The clip that holds an instant; undefined in a gap. */
export function clipAt(clips, at) {
  const found = clips[lastBefore(clips, at)];
  return found && at < found.end ? found : undefined;
}

/** The first clip that begins after an instant. */
export const clipAfter = (clips, at) => clips[lastBefore(clips, at) + 1];

/** The gap that holds an instant. */
export function gapAt(gaps, at) {
  const found = gaps[lastBefore(gaps, at)];
  return found && at < found.end ? found : undefined;
}

/** Seconds into the file at an instant: the camera's clock, stretched onto ours. */
export function mediaTime(clip, at) {
  const length = clip.end - clip.start;
  return length > 0 ? Math.min(Math.max((at - clip.start) / length, 0), 1) * clip.seconds : 0;
}

/** The instant at some seconds into the file. */
export function instantOfMedia(clip, seconds) {
  return clip.seconds > 0
    ? clip.start + (seconds / clip.seconds) * (clip.end - clip.start) : clip.start;
}

/** The first instant at or after this one at which any of the lanes has video; null if none has. */
export function nextRecorded(lanes, at) {
  const starts = lanes.map(
    (lane) => (clipAt(lane.clips, at) ? at : clipAfter(lane.clips, at)?.start)
  )
    .filter((start) => start !== undefined);
  return starts.length ? Math.min(...starts) : null;
}

/** The beginning of the clip before or after an instant, in any of the lanes; null if none. */
export function neighbour(lanes, at, direction) {
  const starts = lanes.flatMap((lane) => lane.clips.map((clip) => clip.start));
  const wanted = direction > 0 ? starts.filter((start) => start > at + 50)
    : starts.filter((start) => start < at - 1000);
  if (!wanted.length) return null;
  return direction > 0 ? Math.min(...wanted) : Math.max(...wanted);
}

/** What the colour of a gap means: `camera`, `disk`, `stopped`, `off`, `deleted`. */
export function gapKind(cause) {
  if (cause.startsWith("disk-")) return "disk";
  if (cause === "stopped-by-user" || cause === "recorder-not-running") return "stopped";
  if (cause === "disabled" || cause === "clock-step") return "off";
  if (cause === "deleted") return "deleted";
  return "camera";
}

/** How many of the lanes have video at an instant. */
export const countAt = (lanes, at) => lanes.filter((lane) => clipAt(lane.clips, at)).length;

/** What was known, with everything from `tail.from` on as it was learned anew. */
export function merged(data, tail) {
  const kept = (spans, cut) => spans.filter((span) => span.start < cut)
    .map((span) => (span.end > cut ? { ...span, end: cut } : span));
  return {
    ...tail,
    from: data.from,
    lanes: tail.lanes.map((lane) => {
      const old = data.lanes.find((each) => each.camera === lane.camera);
      if (!old) return lane;
      // A clip is told whole, also if it began before the cut; a gap may be told from the cut on.
      const clipCut = Math.min(tail.from, lane.clips[0]?.start ?? tail.from);
      const gapCut = Math.min(tail.from, lane.gaps[0]?.start ?? tail.from);
      return {
        ...lane,
        clips: [...old.clips.filter((clip) => clip.start < clipCut), ...lane.clips],
        gaps: [...kept(old.gaps, gapCut), ...lane.gaps],
      };
    }),
  };
}
