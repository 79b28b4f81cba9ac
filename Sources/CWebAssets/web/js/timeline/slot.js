// One <video> of a lane and the clip that is in it.

import { url } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { ClipFeed } from "./clip-feed.js";
import { instantOfMedia } from "./lanes.js";

/** The greatest speed that browsers take. */
export const GREATEST_RATE = 16;

/** Key frames of an open clip are asked for again when less than this is left of them, in seconds. */
const SHORTEST = 0.5;

/** A video element that is given one clip after the other. */
export class Slot {
  /** `onFailed(slot)` is called if the browser cannot play what it was given, `onEnded(slot)` at its end. */
  constructor(camera, { onFailed, onEnded }) {
    this.onFailed = onFailed;
    this.clip = null;
    this.feed = null;
    this.failed = false;
    this.isPlaying = false;
    this.video = h("video", {
      playsinline: true, preload: "auto", "aria-label": t("tile.video", { camera }),
    });
    this.video.muted = true;
    this.video.addEventListener("error", () => this.clip && this.fail());
    this.video.addEventListener("loadedmetadata", () => {
      // A browser that knows the sound but not the picture plays on without one.
      if (!this.video.videoWidth) this.fail();
      this.setRate(this.rate);
      // What is given to a video later than it was told to play makes it pause (HTML, "load").
      if (this.isPlaying) this.play();
    });
    this.video.addEventListener("ended", () => onEnded(this));
  }

  /** Shows a clip from some seconds into it; `isFast` means its key frames alone. */
  load(clip, seconds, { isFast, rate }) {
    this.feed?.close();
    this.feed = null;
    this.isPlaying = false;
    this.clip = clip;
    this.video.dataset.clip = clip.id;
    this.failed = false;
    this.isFast = isFast;
    this.rate = rate;
    /** Whether the clip went on when its key frames were asked for. */
    this.wasOpen = isFast && clip.open;
    this.from = seconds;
    if (isFast) {
      this.video.src = url(`/clips/${clip.id}/video.mp4`, { frames: "key" });
      if (seconds > 0) this.video.currentTime = seconds;
      this.setRate(rate);
      return;
    }
    // The clip before is let go of at once: its end is not this one's.
    this.empty();
    this.feed = new ClipFeed(this.video, clip, () => this.fail());
    this.feed.open(seconds);
  }

  /** Whether some seconds of this clip can be shown without loading anything else. */
  holds(clip, isFast, seconds) {
    return this.clip?.id === clip.id && this.isFast === isFast && !this.failed
      && !(this.wasOpen && seconds > this.video.duration - SHORTEST);
  }

  seek(seconds) {
    if (this.feed) this.feed.seek(seconds);
    else this.video.currentTime = seconds;
  }

  /** The instant of the picture that is shown. */
  get now() {
    return instantOfMedia(this.clip, this.video.currentTime);
  }

  /** Whether there is a picture to go on from. */
  get isReady() {
    return this.video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA || this.video.ended;
  }

  setRate(rate) {
    this.rate = rate;
    this.video.playbackRate = Math.min(Math.max(rate, 0.0625), GREATEST_RATE);
  }

  play() {
    this.isPlaying = true;
    this.video.play().catch(() => {});
  }

  pause() {
    this.isPlaying = false;
    this.video.pause();
  }

  fail() {
    this.failed = true;
    this.onFailed(this);
  }

  /** Lets go of the clip and of every request. */
  close() {
    this.feed?.close();
    this.isPlaying = false;
    this.clip = null;
    this.empty();
  }

  empty() {
    this.video.removeAttribute("src");
    this.video.load();
  }
}
