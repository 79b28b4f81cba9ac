// Plays a clip by its whole fragments: they go into a media source, from near the wanted second on, and
// as they come if the clip is still being recorded.
//
// A <video> that is given the address of a clip holds its connection for as long as it plays, and a
// browser has six of them to a host: four cameras that play would leave too few for everything else.

import { url } from "../api.js";
import { boxAt, codecsOf, findFragment, fragmentStart, initSegment, timescales } from "./boxes.js";

const AHEAD = 20;
const BEHIND = 10;
const HEAD = 64 * 1024;
const LONGEST = 2 * 86_400;
const PIECE = 512 * 1024;

/** Fragments are of a second at most, and sound and picture end at different instants in each. */
const LONGEST_HOLE = 2;

/** Feeds one `<video>` with a clip until it is closed. */
export class ClipFeed {
  /** `onError` is called once if the browser or the recorder does not play along. */
  constructor(video, clip, onError) {
    this.video = video;
    this.clip = clip;
    this.onError = onError;
    this.address = url(`/clips/${clip.id}/video.mp4`);
    this.ended = new AbortController();
    this.turn = 0;
    this.size = 0;
    this.last = Promise.resolve();
  }

  /** Begins at some seconds into the clip. */
  async open(seconds) {
    this.wanted = seconds;
    try {
      const init = initSegment(await this.read(0, HEAD));
      const mime = init && `video/mp4; codecs="${codecsOf(init)}"`;
      const Source = window.ManagedMediaSource ?? window.MediaSource;
      if (!Source?.isTypeSupported(mime ?? "")) {
        this.openWhole();
        return;
      }
      this.init = init;
      this.scales = timescales(init);
      this.source = new Source();
      this.video.disableRemotePlayback = true;
      this.video.src = URL.createObjectURL(this.source);
      await once(this.source, "sourceopen", this.ended.signal);
      URL.revokeObjectURL(this.video.src);
      this.buffer = this.source.addSourceBuffer(mime);
      await this.append(init);
      // Nobody knows yet how long an open clip will be; what is beyond the duration cannot be sought.
      this.source.duration = this.clip.open ? LONGEST : this.clip.seconds;
      if (this.video.readyState < HTMLMediaElement.HAVE_METADATA) {
        await once(this.video, "loadedmetadata", this.ended.signal);
      }
      await this.seek(this.wanted);
    } catch (error) {
      this.failed(error);
    }
  }

  /** Gives the browser the file: it may know what a media source does not, and says so if it does not. */
  openWhole() {
    this.turn += 1;
    this.buffer = null;
    this.video.src = this.address;
    this.video.currentTime = this.wanted;
  }

  /** Goes to a second; what is buffered already is not asked for again. */
  async seek(seconds) {
    this.wanted = seconds;
    this.video.currentTime = seconds;
    if (!this.buffer) return;
    const range = this.rangeAt(seconds);
    if (range && range[0] <= this.reached && this.reached <= range[1]) return;
    const turn = this.turn += 1;
    this.reached = -1;
    try {
      // Pictures come only with the key frame before them: if it was not there, from further ahead.
      for (let margin = PIECE; turn === this.turn; margin *= 4) {
        const start = await this.fragmentBefore(range ? range[1] : seconds, margin);
        if (turn !== this.turn || await this.pump(start, turn)) return;
      }
    } catch (error) {
      if (turn === this.turn) this.failed(error);
    }
  }

  failed(error) {
    if (error.name !== "AbortError") this.onError(error);
  }

  /** The file's place of a fragment that begins before a second, by about so many bytes. */
  async fragmentBefore(seconds, least) {
    const first = this.init.length;
    const share = this.clip.seconds > 0 ? Math.min(seconds / this.clip.seconds, 1) : 0;
    // Bit rates differ within a clip: a guess that lies after the wanted second is made again.
    for (let margin = least; ; margin *= 3) {
      const from = Math.floor(first + share * (this.size - first)) - margin;
      if (from <= first) return first;
      const fragment = await this.fragmentFrom(from, this.size);
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

  /**
   * Appends fragments from a place in the file on, as far ahead as the picture needs, until the end.
   * Returns false if the wanted second has come and its key frame lies before that place.
   */
  async pump(start, turn) {
    let at = start;
    let count = PIECE;
    this.reached = -1;
    while (turn === this.turn) {
      if (this.ahead() > AHEAD) {
        await pause(300);
        continue;
      }
      // From the byte before: a range that begins at the end of the file is no answer but an error.
      const bytes = (await this.read(at - 1, count + 1)).subarray(1);
      const { used, isLast } = await this.appendWhole(bytes, turn);
      if (turn !== this.turn) return true;
      at += used;
      if (!this.hasBegun(start)) return false;
      if (this.hasHole() && !this.clip.open) {
        this.wanted = this.video.currentTime;
        this.openWhole();
        return true;
      }
      if (isLast) {
        this.finish();
        return true;
      }
      // No whole fragment: it is larger than a piece, or the camera has not sent all of it.
      if (!used && bytes.length === count) count *= 2;
      else if (!used) await pause(800);
    }
    return true;
  }

  /** Whether the wanted second is there, or may still come. */
  hasBegun(start) {
    if (start === this.init.length) {
      // A first picture may be shown a little after the clip's beginning.
      const first = this.ranges()[0]?.[0] ?? 0;
      if (this.video.currentTime < first && first < 1) this.video.currentTime = first;
      return true;
    }
    return Boolean(this.rangeAt(this.wanted)) || this.reached <= this.wanted;
  }

  /**
   * Whether pictures are there that a media source does not show: it stops where the sound does, and
   * cameras pause their sound. A file is played on without.
   */
  hasHole() {
    const ahead = this.ahead();
    return ahead > 0 && this.reached - this.video.currentTime - ahead > LONGEST_HOLE;
  }

  /** Appends the whole fragments of some bytes; a finished clip's own `moov` comes after the last. */
  async appendWhole(bytes, turn) {
    let at = 0;
    for (let box = boxAt(bytes, at); box && turn === this.turn; box = boxAt(bytes, at)) {
      if (box.type === "moov") return { used: at, isLast: true };
      const next = box.type === "moof" ? boxAt(bytes, at + box.size) : { size: 0 };
      if (!next || at + box.size + next.size > bytes.length) break;
      if (box.type === "moof") {
        const fragment = bytes.subarray(at, at + box.size + next.size);
        this.reached = fragmentStart(fragment, this.scales);
        await this.append(fragment, turn);
      }
      at += box.size + next.size;
    }
    return { used: at, isLast: false };
  }

  finish() {
    if (this.source.readyState === "open" && !this.buffer.updating) this.source.endOfStream();
  }

  /**
   * Appends bytes after those that are being appended: a buffer takes one thing at a time, and a seek
   * does not wait for the last. A fragment of an earlier turn is left out.
   */
  append(bytes, turn) {
    const isWanted = () => turn === undefined || turn === this.turn;
    const work = this.last.then(() => isWanted() && this.appendNow(bytes, isWanted));
    this.last = work.catch(() => {});
    return work;
  }

  async appendNow(bytes, isWanted) {
    const { currentTime } = this.video;
    if (this.buffer.buffered.length && currentTime - this.buffer.buffered.start(0) > 2 * BEHIND) {
      this.buffer.remove(0, currentTime - BEHIND);
      await once(this.buffer, "updateend", this.ended.signal);
    }
    while (!this.takes(bytes)) {
      await pause(500);
      if (!isWanted()) return;
    }
    await once(this.buffer, "updateend", this.ended.signal);
  }

  /** Whether there is room: the browser throws away itself what was shown. */
  takes(bytes) {
    if (this.ended.signal.aborted) throw new DOMException("closed", "AbortError");
    try {
      this.buffer.appendBuffer(bytes);
      return true;
    } catch (error) {
      if (error.name === "QuotaExceededError") return false;
      throw error;
    }
  }

  ranges() {
    const { buffered } = this.buffer;
    return Array.from(
      { length: buffered.length }, (_, index) => [buffered.start(index), buffered.end(index)],
    );
  }

  rangeAt(seconds) {
    return this.ranges().find(([from, to]) => from <= seconds && seconds < to);
  }

  ahead() {
    const at = this.video.currentTime;
    const range = this.ranges().find(([from, to]) => from <= at + 0.2 && at < to);
    return range ? range[1] - at : 0;
  }

  /** Some bytes of the file; how large it is comes with them. */
  async read(from, count) {
    const answer = await fetch(this.address, {
      headers: {
        Range: `bytes=${from}-${from + count - 1}`,
      }, signal: this.ended.signal, cache: "no-store",
    });
    if (answer.status !== 206) throw new Error(`HTTP ${answer.status}`);
    this.size = Number(answer.headers.get("Content-Range").split("/")[1]);
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
  const done = () => {
    signal.removeEventListener("abort", stop);
    resolve();
  };
  target.addEventListener(kind, done, { once: true, signal });
  signal.addEventListener("abort", stop, { once: true });
});
