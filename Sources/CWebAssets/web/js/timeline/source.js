// Loads what the time line shows, a stretch at a time, and keeps its growing end fresh.

import { get } from "../api.js";
import { recorderNow } from "../status.js";
import { iso } from "../zone.js";
import { merged, readTimeline } from "./lanes.js";

const FRESH = 4000;
const TAIL = 20 * 60_000;
const HURRY = 500;

/** A window on the recordings that follows what is asked of it. */
export class TimelineSource {
  /** `onData` is called when more is known, `onError` when loading failed. */
  constructor({ signal, onData, onError }) {
    this.onData = onData;
    this.onError = onError;
    this.signal = signal;
    this.data = null;
    this.window = null;
    this.loading = null;
    const timer = setInterval(() => this.refresh(), FRESH);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      clearTimeout(this.timer);
      this.loading?.abort();
    });
  }

  /** Sees to it that a stretch is loaded, with half of its length before and after it. */
  cover(from, to) {
    const target = this.coming ?? this.window;
    if (target && from >= target.from && to <= target.to) return;
    const margin = (to - from) / 2;
    this.coming = { from: from - margin, to: to + margin };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(this.coming), this.data ? 80 : 0);
  }

  /** Loads the window again, after a change such as a new protection. */
  reload() {
    if (this.window) this.load(this.window);
  }

  async load(window) {
    this.loading?.abort();
    this.loading = new AbortController();
    try {
      const data = await this.ask(window.from, window.to, this.loading.signal);
      this.window = window;
      this.data = data;
      this.onData(data);
    } catch (error) {
      if (error.name !== "AbortError") this.onError?.(error);
    }
    if (this.coming === window) this.coming = null;
  }

  /** Asks for the last minutes before it is time to, twice a second at most. */
  hurry() {
    if (this.hurried) return;
    this.hurried = setTimeout(() => {
      this.hurried = 0;
      if (!this.signal.aborted) this.refresh();
    }, HURRY);
  }

  /** Asks for the last minutes again when the window reaches the present. */
  async refresh() {
    const now = recorderNow();
    if (!this.data || this.coming || document.hidden || this.window.to < this.data.to) return;
    const { data } = this;
    try {
      const tail = await this.ask(
        Math.max(this.window.from, Math.min(data.to, now) - TAIL), this.window.to,
      );
      if (this.data !== data) return;
      this.data = merged(data, tail);
      this.onData(this.data);
    } catch { /* the next turn asks again, and the shell says that the recorder is not heard */ }
  }

  async ask(from, to, signal = this.signal) {
    return readTimeline(await get("/timeline", { from: iso(from), to: iso(to) }, { signal }));
  }
}
