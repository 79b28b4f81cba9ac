// Plays a clip that is still being recorded: its whole fragments go into a media source, from near
// the wanted second on and as they come.

import { url } from "../api.js";
import { boxAt, codecsOf, findFragment, fragmentStart, initSegment, timescales } from "./boxes.js";

const AHEAD = 20;
const BEHIND = 10;
const HEAD = 64 * 1024;
const LONGEST = 2 * 86_400;
const PIECE = 512 * 1024;

/** Feeds one `<video>` with an open clip until it is closed. */
export class OpenClip {
  /** `onError` is called once if the browser or the recorder does not play along. */
  constructor(video, clip, onError) {
    this.video = video;
    this.clip = clip;
    this.onError = onError;
    this.address = url(`/clips/${clip.id}/video.mp4`);
    this.ended = new AbortController();
    this.turn = 0;
  }

  /** Begins at some seconds into the clip. */
  async open(seconds) {
    this.wanted = seconds;
    try {
      const init = initSegment(await this.read(0, HEAD));
      if (!init) {
        // A clip that was finished meanwhile is an ordinary file.
        this.video.src = this.address;
        this.video.currentTime = this.wanted;
        return;
      }
      const mime = `video/mp4; codecs="${codecsOf(init)}"`;
      const Source = window.ManagedMediaSource ?? window.MediaSource;
      if (!Source?.isTypeSupported(mime)) throw new Error("codec");
      this.init = init;
      this.scales = timescales(init);
      this.source = new Source();
      this.video.disableRemotePlayback = true;
      this.video.src = URL.createObjectURL(this.source);
      await once(this.source, "sourceopen", this.ended.signal);
      URL.revokeObjectURL(this.video.src);
      this.buffer = this.source.addSourceBuffer(mime);
      await this.append(init);
      // Nobody knows yet how long the clip will be; what is beyond the duration cannot be sought.
      this.source.duration = LONGEST;
      if (this.video.readyState < HTMLMediaElement.HAVE_METADATA) {
        await once(this.video, "loadedmetadata", this.ended.signal);
      }
      await this.seek(this.wanted);
    } catch (error) {
      if (error.name !== "AbortError") this.onError(error);
    }
  }

  /** Goes to a second; what is buffered already is not asked for again. */
  async seek(seconds) {
    this.wanted = seconds;
    this.video.currentTime = seconds;
    if (!this.buffer || this.isBuffered(seconds)) return;
    const turn = this.turn += 1;
    const start = await this.fragmentBefore(seconds);
    if (turn === this.turn) this.pump(start, turn);
  }

  /** The file's place of a fragment that begins at or not long before a second. */
  async fragmentBefore(seconds) {
    const first = this.init.length;
    const size = await this.size();
    const share = this.clip.seconds > 0 ? Math.min(seconds / this.clip.seconds, 1) : 0;
    // Bit rates differ within a clip: a guess that lies after the wanted second is made again.
    for (let margin = PIECE; ; margin *= 3) {
      const from = Math.floor(first + share * (size - first)) - margin;
      if (from <= first) return first;
      const fragment = await this.fragmentFrom(from, size);
      if (fragment && fragment.seconds <= seconds) return fragment.at;
    }
  }

  /** The first fragment at or after a place of the file; null if there is none. */
  async fragmentFrom(from, size) {
    for (let at = from; at < size; at += PIECE - 16) {
      const found = findFragment(await this.read(at, PIECE));
      if (found < 0) continue;
      const seconds = fragmentStart(await this.read(at + found, HEAD), this.scales);
      return seconds === null ? null : { at: at + found, seconds };
    }
    return null;
  }

  /** Appends fragments from a place in the file on, as far ahead as the picture needs. */
  async pump(start, turn) {
    let at = start;
    let count = PIECE;
    try {
      while (turn === this.turn) {
        if (this.ahead() > AHEAD) {
          await pause(300);
          continue;
        }
        // From the byte before: a range that begins at the end of the file is no answer but an error.
        const bytes = (await this.read(at - 1, count + 1)).subarray(1);
        const { used, isLast } = await this.appendWhole(bytes, turn);
        at += used;
        if (isLast) {
          this.finish();
          return;
        }
        // No whole fragment: it is larger than a piece, or the camera has not sent all of it.
        if (!used && bytes.length === count) count *= 2;
        else if (!used) await pause(800);
      }
    } catch (error) {
      if (error.name !== "AbortError" && turn === this.turn) this.onError(error);
    }
  }

  /** Appends the whole fragments of some bytes; a finished clip's own `moov` comes after the last. */
  async appendWhole(bytes, turn) {
    let at = 0;
    for (let box = boxAt(bytes, at); box && turn === this.turn; box = boxAt(bytes, at)) {
      if (box.type === "moov") return { used: at, isLast: true };
      const next = box.type === "moof" ? boxAt(bytes, at + box.size) : { size: 0 };
      if (!next || at + box.size + next.size > bytes.length) break;
      if (box.type === "moof") await this.append(bytes.subarray(at, at + box.size + next.size));
      at += box.size + next.size;
    }
    return { used: at, isLast: false };
  }

  finish() {
    if (this.source.readyState === "open" && !this.buffer.updating) this.source.endOfStream();
  }

  async append(bytes) {
    const { currentTime } = this.video;
    if (this.buffer.buffered.length && currentTime - this.buffer.buffered.start(0) > 2 * BEHIND) {
      this.buffer.remove(0, currentTime - BEHIND);
      await once(this.buffer, "updateend", this.ended.signal);
    }
    this.buffer.appendBuffer(bytes);
    await once(this.buffer, "updateend", this.ended.signal);
  }

  ranges() {
    const { buffered } = this.buffer;
    return Array.from(
      { length: buffered.length }, (_, index) => [buffered.start(index), buffered.end(index)],
    );
  }

  isBuffered(seconds) {
    return this.ranges().some(([from, to]) => from <= seconds && seconds < to);
  }

  ahead() {
    const at = this.video.currentTime;
    const range = this.ranges().find(([from, to]) => from <= at + 0.2 && at < to);
    return range ? range[1] - at : 0;
  }

  async size() {
    const answer = await fetch(this.address, { method: "HEAD", signal: this.ended.signal });
    return Number(answer.headers.get("Content-Length"));
  }

  async read(from, count) {
    const answer = await fetch(this.address, {
      headers: {
        Range: `bytes=${from}-${from + count - 1}`,
      }, signal: this.ended.signal, cache: "no-store",
    });
    if (answer.status !== 206) throw new Error(`HTTP ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  /** Lets go of the video and of every request. */
  close() {
    this.turn += 1;
    this.ended.abort();
  }
}

const pause = (time) => new Promise((resolve) => { setTimeout(resolve, time); });

const once = (target, kind, signal) => new Promise((resolve, reject) => {
  const stop = () => reject(new DOMException("closed", "AbortError"));
  if (signal.aborted) stop();
  target.addEventListener(kind, resolve, { once: true, signal });
  signal.addEventListener("abort", stop, { once: true });
});
