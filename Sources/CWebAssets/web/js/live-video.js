// One camera's fragments in one <video>, by Media Source Extensions.

import { joined } from "./live-parts.js";
import { pace } from "./live-pace.js";

const Source = globalThis.ManagedMediaSource ?? globalThis.MediaSource;
// A seek that has not ended by then never will.
const LONGEST_JUMP_MS = 10_000;

/** Whether this browser can decode what the codecs' names say. */
export function canPlay(codecs) {
  return Boolean(codecs && Source?.isTypeSupported(typeOf(codecs)));
}

function typeOf(codecs) {
  return `video/mp4; codecs="${codecs}"`;
}

export class LiveVideo {
  #video;
  #onPlaying;
  #source = null;
  #buffer = null;
  #type = "";
  #header = null;
  #queue = [];
  #needsKey = true;
  // A ManagedMediaSource says when it wants no more, to spare the battery.
  #isWanted = true;
  #jumpedAt = 0;
  #jumpTook = 0;
  #timer = 0;
  #listeners = new AbortController();

  /** `onPlaying` is called again and again while pictures move. */
  constructor(video, onPlaying) {
    this.#video = video;
    this.#onPlaying = onPlaying;
    video.muted = true;
    video.playsInline = true;
    const { signal } = this.#listeners;
    video.addEventListener("timeupdate", () => this.#onPlaying(), { signal });
    video.addEventListener("seeked", () => {
      this.#jumpTook = (performance.now() - this.#jumpedAt) / 1000;
    }, { signal });
    video.addEventListener("error", () => this.#rebuild(), { signal });
    this.#timer = setInterval(() => this.#keepPace(), 250);
  }

  /** Takes what the tracks are; others than before begin a new source. */
  header(bytes, codecs) {
    this.#header = bytes;
    this.#needsKey = true;
    if (this.#type !== typeOf(codecs) || !this.#source) {
      this.#type = typeOf(codecs);
      this.#rebuild();
    } else {
      this.#append(bytes);
    }
  }

  /** Takes a fragment; those before the first key frame are of no use. */
  fragment(bytes, isKey) {
    if (this.#needsKey && !isKey || !this.#source || !this.#isWanted) return;
    this.#needsKey = false;
    this.#append(bytes);
  }

  /** Something was left out. */
  gap() {
    this.#needsKey = true;
  }

  /** Lets go of the element, which then shows nothing. */
  close() {
    clearInterval(this.#timer);
    this.#listeners.abort();
    this.#release();
    this.#video.removeAttribute("src");
    this.#video.load();
  }

  #rebuild() {
    this.#release();
    this.#needsKey = true;
    const source = new Source();
    this.#source = source;
    this.#queue = this.#header ? [this.#header] : [];
    const { signal } = this.#listeners;
    source.addEventListener("sourceopen", () => this.#open(source), { once: true, signal });
    if (globalThis.ManagedMediaSource) {
      this.#video.disableRemotePlayback = true;
      source.addEventListener("startstreaming", () => { this.#isWanted = true; }, { signal });
      source.addEventListener("endstreaming", () => {
        this.#isWanted = false;
        this.#needsKey = true;
      }, { signal });
    }
    this.#video.src = URL.createObjectURL(source);
  }

  #open(source) {
    URL.revokeObjectURL(this.#video.src);
    if (source !== this.#source) return;
    this.#buffer = source.addSourceBuffer(this.#type);
    this.#buffer.addEventListener("updateend", () => {
      if (source !== this.#source) return;
      this.#keepPace();
      this.#flush();
    });
    this.#flush();
  }

  #release() {
    this.#source = null;
    this.#buffer = null;
    this.#queue = [];
    this.#isWanted = true;
  }

  #append(bytes) {
    this.#queue.push(bytes);
    this.#flush();
  }

  #flush() {
    if (!this.#buffer || this.#buffer.updating || this.#queue.length === 0) return;
    const bytes = joined(this.#queue);
    this.#queue = [];
    try {
      this.#buffer.appendBuffer(bytes);
    } catch {
      // The quota is exceeded, or the element has failed: begin anew at the next key frame.
      this.#rebuild();
    }
  }

  #keepPace() {
    const video = this.#video;
    if (!this.#buffer || this.#buffer.updating || video.error) return;
    const { buffered } = this.#buffer;
    const ranges = Array.from(
      { length: buffered.length }, (_, index) => [buffered.start(index), buffered.end(index)]);
    const isJumping = video.seeking && performance.now() - this.#jumpedAt < LONGEST_JUMP_MS;
    const step = pace({
      ranges, time: video.currentTime, rate: video.playbackRate, isJumping, jumpTook: this.#jumpTook,
    });
    if (step.seek !== undefined) {
      this.#jumpedAt = performance.now();
      video.currentTime = step.seek;
    }
    if (step.rate !== undefined && video.playbackRate !== step.rate) video.playbackRate = step.rate;
    if (ranges.length > 0 && video.paused) video.play().catch(() => {});
    if (step.remove !== undefined) this.#buffer.remove(0, step.remove);
  }
}
