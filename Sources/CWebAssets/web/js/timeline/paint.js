// Draws the ruler and the lanes. Colours come from css/tokens.css, so that themes hold here too.

import { date } from "../format.js";
import { t } from "../i18n.js";
import { causeWord } from "../states.js";
import { dayStart, timeText } from "../zone.js";
import { gapKind } from "./lanes.js";
import { labelStep, marks, place } from "./scale.js";

/** Pixels of the ruler, a lane and the space below a lane. */
export const RULER = 30;
export const LANE = 30;
export const SPACE = 6;

const NAMES = ["ground", "sunken", "line", "text", "soft", "accent", "recorded", "recorded-open",
  "gap-camera", "gap-disk", "gap-stopped", "gap-off", "gap-deleted", "protected", "playhead"];

/** The colours of the present theme. */
export function readColours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])
  );
}

/** Draws everything on a canvas that is `width` CSS pixels wide. */
export function paint(canvas, width, scene) {
  const { lanes } = scene.data;
  const height = RULER + lanes.length * (LANE + SPACE);
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  const page = { ...scene, pen, width, height, x: (at) => place(scene.view, at) * width };
  pen.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  pen.textBaseline = "middle";
  drawRuler(page);
  lanes.forEach((lane, index) => drawLane(page, lane, RULER + index * (LANE + SPACE)));
  drawRange(page);
  drawNow(page);
  drawPlayhead(page);
}

function drawRuler({ pen, view, width, height, colours, zone, x }) {
  const step = labelStep(view, width, 64);
  const end = view.from + view.span;
  for (const at of marks(view, step, zone)) {
    const isDay = at === dayStart(at, zone);
    pen.fillStyle = isDay ? colours.soft : colours.line;
    pen.fillRect(Math.round(x(at)), isDay ? 0 : RULER - 8, 1, isDay ? height : height - RULER + 8);
    pen.fillStyle = isDay ? colours.text : colours.soft;
    const text = isDay && x(at) < width - 110 ? date(at, zone, { year: false })
      : timeText(at, zone, { seconds: step < 60_000 });
    pen.textAlign = isDay ? "left" : "center";
    if (at - view.from > step / 4 && end - at > step / 4) pen.fillText(
      text, x(at) + (isDay ? 6 : 0), RULER / 2 - 3,
    );
  }
  pen.textAlign = "left";
}

function drawLane(page, lane, y) {
  const { pen, width, colours, view, now, x } = page;
  const end = view.from + view.span;
  pen.fillStyle = colours.sunken;
  pen.fillRect(0, y, Math.min(width, x(Math.min(end, now))), LANE);
  for (const gap of joined(lane.gaps.filter((each) => each.end > view.from && each.start < end))) {
    drawGap(page, gap, y);
  }
  drawClips(page, lane, y);
  if (lane.deletedSoonBefore && lane.clips.length) hatch(page, lane, y);
  for (const each of lane.protections) {
    if (each.end > view.from && each.start < end) drawProtection(page, each, y);
  }
}

/** Gaps of one cause that adjoin are one, so that there is room for the word. */
function joined(gaps) {
  const found = [];
  for (const gap of gaps) {
    const last = found.at(-1);
    if (last?.cause === gap.cause && gap.start - last.end < 1000) last.end = Math.max(last.end, gap.end);
    else found.push({ ...gap });
  }
  return found;
}

/** Clips that adjoin are one bar; their boundaries are shown when there is room for them. */
function drawClips({ pen, width, colours, x, view }, lane, y) {
  const end = view.from + view.span;
  const shown = lane.clips.filter((clip) => clip.end > view.from && clip.start < end);
  let left = null;
  shown.forEach((clip, index) => {
    left ??= x(clip.start);
    const next = shown[index + 1];
    const right = x(clip.end);
    if (next && !clip.open && x(next.start) - right < 0.75) return;
    pen.fillStyle = colours.recorded;
    pen.fillRect(left, y, Math.max(1, Math.min(right, width + 1) - left), LANE);
    left = null;
  });
  for (const clip of shown) {
    if (clip.open) {
      pen.fillStyle = colours["recorded-open"];
      pen.fillRect(x(clip.end) - 3, y, 3, LANE);
    }
    if (x(clip.end) - x(clip.start) < 24) continue;
    pen.fillStyle = colours.ground;
    pen.fillRect(Math.round(x(clip.start)), y + LANE - 7, 1, 7);
  }
}

function drawGap({ pen, width, colours, x }, gap, y) {
  const left = Math.max(0, x(gap.start));
  const right = Math.min(width, x(gap.end));
  const kind = gapKind(gap.cause);
  pen.fillStyle = colours[`gap-${kind}`];
  const thin = kind === "deleted" || kind === "off";
  pen.fillRect(left, thin ? y + LANE / 2 - 2 : y, Math.max(1, right - left), thin ? 4 : LANE);
  if (right - left < 40) return;
  const word = causeWord(gap.cause);
  const room = right - left - 12;
  const { width: needed } = pen.measureText(word);
  if (needed > room) return;
  if (thin) {
    pen.fillStyle = colours.ground;
    pen.fillRect(left + 6, y + 6, needed + 10, LANE - 12);
  }
  pen.fillStyle = thin ? colours.soft : contrasting(colours);
  pen.fillText(word, left + (thin ? 11 : 6), y + LANE / 2 + 1);
}

const contrasting = (colours) => (
  document.documentElement.dataset.theme === "light" ? colours.text : "#ffffff"
);

function hatch({ pen, width, colours, x, view }, lane, y) {
  const right = Math.min(width, x(lane.deletedSoonBefore));
  const left = Math.max(0, x(lane.clips[0].start));
  if (right <= left) return;
  pen.save();
  pen.beginPath();
  for (const clip of lane.clips) {
    if (clip.start >= lane.deletedSoonBefore) break;
    if (clip.end < view.from) continue;
    pen.rect(
      x(clip.start), y, x(Math.min(clip.end, lane.deletedSoonBefore)) - x(clip.start) + 1, LANE,
    );
  }
  pen.clip();
  pen.strokeStyle = colours.ground;
  pen.lineWidth = 2;
  pen.beginPath();
  for (let at = left - LANE - (left % 8); at < right; at += 8) {
    pen.moveTo(at, y + LANE);
    pen.lineTo(at + LANE, y);
  }
  pen.stroke();
  pen.restore();
}

function drawProtection({ pen, width, colours, x }, each, y) {
  const left = Math.max(0, x(each.start));
  const right = Math.min(width, x(each.end));
  pen.strokeStyle = colours.protected;
  pen.lineWidth = 2;
  pen.strokeRect(left + 1, y + 1, Math.max(2, right - left - 2), LANE - 2);
  const word = `◆ ${each.note || t("protected")}`;
  const { width: needed } = pen.measureText(word);
  if (right - left < needed + 16) return;
  pen.fillStyle = colours.ground;
  pen.fillRect(left + 4, y + 5, needed + 8, LANE - 10);
  pen.fillStyle = colours.text;
  pen.fillText(word, left + 8, y + LANE / 2 + 1);
}

function drawRange({ pen, colours, range, x, height }) {
  if (!range) return;
  pen.globalAlpha = 0.22;
  pen.fillStyle = colours.accent;
  pen.fillRect(x(range.from), RULER - 6, x(range.to) - x(range.from), height - RULER + 6);
  pen.globalAlpha = 1;
}

function drawNow({ pen, colours, now, x, width, height }) {
  const at = x(now);
  if (at < 0 || at > width) return;
  pen.strokeStyle = colours["recorded-open"];
  pen.lineWidth = 1.5;
  pen.setLineDash([3, 3]);
  pen.beginPath();
  pen.moveTo(at, RULER - 8);
  pen.lineTo(at, height);
  pen.stroke();
  pen.setLineDash([]);
  const word = t("timeline.now");
  if (at + 8 + pen.measureText(word).width < width) {
    pen.fillStyle = colours["recorded-open"];
    pen.fillText(word, at + 6, RULER + LANE / 2);
  }
}

function drawPlayhead({ pen, colours, at, x, width, height }) {
  const left = x(at);
  if (left < -8 || left > width + 8) return;
  pen.fillStyle = colours.playhead;
  pen.fillRect(left - 1, RULER - 6, 2, height - RULER + 6);
  pen.beginPath();
  pen.moveTo(left - 7, RULER - 14);
  pen.lineTo(left + 7, RULER - 14);
  pen.lineTo(left, RULER - 3);
  pen.fill();
}
