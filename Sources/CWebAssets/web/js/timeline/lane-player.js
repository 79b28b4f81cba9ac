// One camera's recordings as one endless video: two <video> elements take turns, so that the next
// clip is ready before the present one ends.

import { url } from "../api.js";
import { h, say } from "../dom.js";
import { t } from "../i18n.js";
import { causeWord } from "../states.js";
import { iso } from "../zone.js";
import { clipAfter, clipAt, gapAt, instantOfMedia, mediaTime } from "./lanes.js";
import { OpenClip } from "./open-clip.js";

const PRELOAD = 12;
const EDGE = 15_000;

/** Plays a lane; whoever owns it says where to be, and asks where it is. */
export class LanePlayer {
  constructor(camera) {
    this.camera = camera;
    this.slots = [0, 1].map(() => this.makeSlot());
    this.front = this.slots[0];
    this.picture = h("img.stage-picture", {
      alt: "", hidden: true, onerror: () => this.showNoPicture(),
    });
    this.words = h("p.stage-words", { hidden: true });
    this.element = h("figure.stage-lane", { dataset: { camera }, "aria-label": camera },
      this.slots.map((slot) => slot.video), this.picture, this.words, h("figcaption", {}, camera));
    this.lane = null;
    this.rate = 1;
    this.isPlaying = false;
    this.showsPictures = false;
    this.at = 0;
    this.show(this.front);
  }

  makeSlot() {
    const video = h("video", {
      playsinline: true, preload: "auto", "aria-label": t("tile.video", { camera: this.camera }),
    });
    video.muted = true;
    const slot = { video, clip: null, feed: null };
    video.addEventListener("error", () => slot.clip && !slot.feed && this.failed(slot));
    video.addEventListener("loadedmetadata", () => {
      // A browser that knows the sound but not the picture plays on without one.
      if (!video.videoWidth) this.failed(slot);
      this.applyRate(slot);
    });
    video.addEventListener("ended", () => slot === this.front && this.next());
    return slot;
  }

  /** Takes over what is known of the recordings. */
  take(lane) {
    this.lane = lane;
    if (this.front.clip) this.front.clip = lane.clips.find(
      (clip) => clip.id === this.front.clip.id
    ) ?? this.front.clip;
  }

  /** Shows an instant; where nothing was recorded, the reason. */
  seek(at) {
    this.at = at;
    const clip = this.lane && (clipAt(this.lane.clips, at) ?? this.growing(at));
    if (!clip) {
      this.showGap(at);
      return;
    }
    const seconds = mediaTime(clip, at);
    const waiting = this.slots.find((slot) => slot.clip?.id === clip.id && !slot.failed);
    if (waiting) {
      if (waiting !== this.front) this.swap(waiting);
      if (waiting.feed) waiting.feed.seek(seconds);
      else waiting.video.currentTime = seconds;
    } else {
      this.load(this.front, clip, seconds);
    }
    this.words.hidden = true;
    this.front.video.hidden = this.showsPictures;
    if (this.isPlaying) this.start(this.front);
    if (this.showsPictures) this.showPicture(at);
  }

  /** The open clip, which has grown since it was told of. */
  growing(at) {
    const last = this.lane.clips.at(-1);
    return last?.open && at >= last.end && at - last.end < EDGE ? last : undefined;
  }

  load(slot, clip, seconds) {
    slot.feed?.close();
    slot.clip = clip;
    slot.failed = false;
    slot.feed = clip.open ? new OpenClip(slot.video, clip, () => this.failed(slot)) : null;
    if (slot.feed) {
      slot.feed.open(seconds);
      return;
    }
    slot.video.src = url(`/clips/${clip.id}/video.mp4`);
    if (seconds > 0) slot.video.currentTime = seconds;
    this.applyRate(slot);
  }

  /** Whether there is a video at the present instant whose own time leads. */
  get hasVideo() {
    return Boolean(this.front.clip) && this.words.hidden && !this.showsPictures;
  }

  /** The instant of the picture that is shown. */
  get now() {
    return instantOfMedia(this.front.clip, this.front.video.currentTime);
  }

  /** Whether a picture is ready to go on from. */
  get isReady() {
    return this.front.video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA || this.front.video.ended;
  }

  play(rate) {
    this.rate = rate;
    this.isPlaying = true;
    this.start(this.front);
  }

  pause() {
    this.isPlaying = false;
    for (const slot of this.slots) slot.video.pause();
  }

  start(slot) {
    if (!this.hasVideo) return;
    this.applyRate(slot);
    slot.video.play().catch(() => {});
  }

  /** Sets the speed, a little faster or slower to stay in step with other cameras. */
  applyRate(slot = this.front, correction = 1) {
    slot.video.playbackRate = Math.min(Math.max(this.rate * correction, 0.0625), 16);
  }

  /** Called often while playing: gets the next clip ready, and follows the clock without a video. */
  follow(at) {
    this.at = at;
    if (this.showsPictures) {
      this.showPicture(at);
      return;
    }
    const { clip, video } = this.front;
    if (!clip || !this.lane) return;
    const left = clip.seconds - video.currentTime;
    if (clip.open || left > PRELOAD * this.rate) return;
    const next = clipAfter(this.lane.clips, clip.start);
    const back = this.slots.find((slot) => slot !== this.front);
    if (next && back.clip?.id !== next.id) this.load(back, next, 0);
  }

  /** Goes on with the next clip where the present one has ended. */
  next() {
    const { clip } = this.front;
    const next = clip && this.lane && clipAfter(this.lane.clips, clip.start);
    if (!next || next.start - clip.end > 1500) {
      this.showGap(clip.end);
      return;
    }
    const back = this.slots.find((slot) => slot !== this.front);
    if (back.clip?.id !== next.id) this.load(back, next, 0);
    this.swap(back);
    if (this.isPlaying) this.start(back);
  }

  /** Brings the other video to the front once it has a picture, so that nothing flashes between. */
  swap(slot) {
    const old = this.front;
    this.front = slot;
    slot.video.muted = old.video.muted;
    const reveal = () => {
      if (this.front !== slot) return;
      this.show(slot);
      old.video.pause();
    };
    if (slot.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) reveal();
    else slot.video.addEventListener("loadeddata", reveal, { once: true });
  }

  show(slot) {
    for (const each of this.slots) each.video.classList.toggle("front", each === slot);
  }

  showGap(at) {
    this.at = at;
    this.front.video.pause();
    const gap = this.lane && gapAt(this.lane.gaps, at);
    say(this.words, gap ? causeWord(gap.cause) : t("cause.none"));
    this.words.hidden = false;
    this.picture.hidden = true;
  }

  /** The browser cannot play it, H.265 in most cases: pictures of the recorder take its place. */
  failed(slot) {
    slot.failed = true;
    if (slot !== this.front) return;
    this.showsPictures = true;
    this.front.video.hidden = true;
    this.showPicture(this.at, true);
  }

  showPicture(at, isFirst = false) {
    if (!clipAt(this.lane?.clips ?? [], at)) {
      this.showGap(at);
      return;
    }
    this.words.hidden = true;
    this.picture.hidden = false;
    const second = Math.floor(at / 1000) * 1000;
    if (!isFirst && (this.shown === second || !this.picture.complete)) return;
    this.shown = second;
    this.picture.src = url(`/cameras/${this.camera}/picture`, { at: iso(second), width: 1280 });
  }

  /** Neither the browser nor the recorder can decode what was recorded. */
  showNoPicture() {
    this.picture.hidden = true;
    say(this.words, t("stage.noPicture"));
    this.words.hidden = false;
  }

  close() {
    for (const slot of this.slots) {
      slot.feed?.close();
      slot.clip = null;
      slot.video.removeAttribute("src");
      slot.video.load();
    }
    this.element.remove();
  }
}
