// The drawn time line under a pointer: a click seeks, a drag pans, a wheel or a pinch zooms.

import { h } from "../dom.js";
import { paint, readColours, RULER, LANE, SPACE } from "./paint.js";
import { instantAt, panned, place, zoomed } from "./scale.js";

/**
 * Makes the strip. `read` returns the scene to draw, `act` has `view(view)`, `seek(instant)` and
 * `hover(instant or null, lane index, x)`.
 */
export function makeStrip({ label, read, act, signal }) {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const element = h("div.strip", {
    role: "slider", tabindex: "0", "aria-label": label, "aria-valuenow": "0",
  }, canvas);
  let width = 0;
  let colours = readColours();
  let isAsked = false;

  const draw = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      const scene = read();
      if (width && scene.data) paint(canvas, width, { ...scene, colours });
    });
  };
  const sizes = new ResizeObserver(([entry]) => {
    width = entry.contentRect.width;
    draw();
  });
  sizes.observe(element);
  addEventListener("theme", () => {
    colours = readColours();
    draw();
  }, { signal });
  signal.addEventListener("abort", () => sizes.disconnect());

  const where = (event) => {
    const box = element.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: event.clientY - box.top };
  };
  const pointers = new Map();
  let start = null;

  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { view } = read();
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (sideways) act.view(panned(view, (event.deltaX || event.deltaY) / Math.max(width, 1)));
    else act.view(
      zoomed(view, Math.exp(Math.max(-120, Math.min(120, event.deltaY)) * 0.003), where(event).x)
    );
  }, { passive: false });

  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, where(event));
    const { view, at } = read();
    const handle = Math.abs(
      place(view, at) - where(event).x
    ) * width < 10 && where(event).y < RULER;
    start = { view, points: [...pointers.values()], moved: false, handle };
  });
  element.addEventListener("pointermove", (event) => {
    const point = where(event);
    const { view } = read();
    if (!pointers.has(event.pointerId)) {
      act.hover(
        instantAt(view, point.x), Math.floor((point.y - RULER) / (LANE + SPACE)), point.x * width,
      );
      return;
    }
    pointers.set(event.pointerId, point);
    drag();
  });
  const drag = () => {
    const now = [...pointers.values()];
    if (now.length !== start.points.length) return;
    const [a, b] = now;
    const [a0, b0] = start.points;
    if (b) {
      start.moved = true;
      const factor = Math.abs(a0.x - b0.x) / Math.max(Math.abs(a.x - b.x), 0.01);
      const middle = (a.x + b.x) / 2;
      act.view(panned(zoomed(start.view, factor, (a0.x + b0.x) / 2), (a0.x + b0.x) / 2 - middle));
      return;
    }
    if (Math.abs(a.x - a0.x) * width > 4) start.moved = true;
    if (!start.moved) return;
    act.hover(null);
    if (start.handle) act.seek(instantAt(start.view, a.x));
    else act.view(panned(start.view, a0.x - a.x));
  };
  const lift = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (!start.moved && event.type === "pointerup") act.seek(
      instantAt(read().view, where(event).x)
    );
    start = { ...start, view: read().view, points: [...pointers.values()] };
  };
  element.addEventListener("pointerup", lift);
  element.addEventListener("pointercancel", lift);
  element.addEventListener("pointerleave", () => act.hover(null));

  return { element, draw };
}
