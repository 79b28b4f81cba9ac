// One camera's recordings as one endless video: two <video> elements take turns, so that the next
// clip is ready before the present one ends.

import { url } from "../api.js";
import { h, say } from "../dom.js";
import { t } from "../i18n.js";
import { recorderNow } from "../status.js";
import { causeWord } from "../states.js";
import { iso } from "../zone.js";
import { clipAfter, clipAt, gapAt, mediaTime } from "./lanes.js";
import { Slot } from "./slot.js";

/** So many seconds before a clip ends the next one is loaded. */
const PRELOAD = 12;

/** A clip is told of, and told to have grown, at most so long after its pictures came. */
const TOLD_WITHIN = 15_000;

/**
 * Clips that are no further apart play as one: neighbours in the camera's stream differ by a frame or
 * two, one that was connected again at once by about a second. More is a gap that is said.
 */
export const SEAM = 1500;

/** Above this speed only key frames are shown: four cameras at 16× would be 1600 pictures a second. */
const ALL_FRAMES = 4;

/** A picture that is younger than this is the present. */
export const PRESENT = 5000;

/** Plays a lane; whoever owns it says where to be, and asks where it is. */
export class LanePlayer {
  /**
   * `onEdge` is called when fast playing has come to the end of what is recorded so far, `onHungry`
   * when the next clip should be there and is not known yet.
   */
  constructor(camera, { onEdge, onHungry }) {
    this.camera = camera;
    this.onEdge = onEdge;
    this.onHungry = onHungry;
    this.slots = [0, 1].map(() => new Slot(camera, {
      onFailed: (slot) => this.failed(slot),
      onEnded: (slot) => slot === this.front && this.next(),
    }));
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
    this.pending = null;
    this.show(this.front);
  }

  /** Takes over what is known of the recordings. */
  take(lane) {
    this.lane = lane;
    if (this.front.clip) this.front.clip = lane.clips.find(
      (clip) => clip.id === this.front.clip.id
    ) ?? this.front.clip;
    if (this.pending) this.seek(this.pending);
    else if (this.isPlaying && this.hasVideo && this.front.video.ended) this.next();
  }

  /** Shows an instant; where nothing was recorded, the reason. */
  seek(at) {
    this.at = at;
    const clip = this.lane && (clipAt(this.lane.clips, at) ?? this.growing(at));
    this.pending = !clip && this.isComing(at) ? at : null;
    if (!clip) {
      if (this.pending) this.onHungry();
      else this.showGap(at);
      return;
    }
    const seconds = mediaTime(clip, at);
    const waiting = this.slots.find((slot) => slot.holds(clip, this.isFast, seconds));
    if (waiting) {
      if (waiting !== this.front) this.swap(waiting);
      waiting.seek(seconds);
    } else {
      this.open(clip, seconds);
    }
    this.words.hidden = true;
    this.front.video.hidden = this.showsPictures;
    if (this.isPlaying) this.start(this.front);
    if (this.showsPictures) this.showPicture(at);
  }

  /** Whether an instant is so young that its clip is only just being told of. */
  isComing(at) {
    const last = this.lane?.clips.at(-1);
    return Boolean(last) && at >= last.end && recorderNow() - last.end < TOLD_WITHIN
      && !gapAt(this.lane.gaps, at);
  }

  /** The open clip, which has grown since it was told of. */
  growing(at) {
    const last = this.lane.clips.at(-1);
    return last?.open && at >= last.end && at - last.end < TOLD_WITHIN ? last : undefined;
  }

  /** Shows another clip; the present picture stays until there is one of it. */
  open(clip, seconds) {
    const hidden = this.slots.find((slot) => slot !== this.shown);
    const slot = this.shown.clip ? hidden : this.shown;
    this.load(slot, clip, seconds);
    if (slot !== this.front) this.swap(slot);
  }

  load(slot, clip, seconds) {
    slot.load(clip, seconds, this);
  }

  /** Whether key frames alone are shown. */
  get isFast() {
    return this.rate > ALL_FRAMES;
  }

  /** Whether there is a video at the present instant whose own time leads. */
  get hasVideo() {
    return Boolean(this.front.clip) && this.words.hidden && !this.showsPictures;
  }

  /** The instant of the picture that is shown. */
  get now() {
    return this.front.now;
  }

  /** Whether a picture is ready to go on from. */
  get isReady() {
    return this.front.isReady;
  }

  play(rate) {
    this.isPlaying = true;
    this.setRate(rate);
    this.start(this.front);
  }

  setRate(rate) {
    const wasFast = this.isFast;
    this.rate = rate;
    if (this.isFast !== wasFast && this.hasVideo) this.seek(this.now);
    this.applyRate();
  }

  pause() {
    this.isPlaying = false;
    for (const slot of this.slots) slot.pause();
  }

  start(slot) {
    if (!this.hasVideo) return;
    slot.setRate(this.rate);
    // A video that is told to play at its end begins again at its beginning.
    if (slot.video.ended) this.next();
    else slot.play();
  }

  /** Sets the speed, a little faster or slower to stay in step with other cameras. */
  applyRate(correction = 1) {
    this.front.setRate(this.rate * correction);
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
    // What cannot be got ready now is tried once more when its turn comes.
    if (back.failed && back.clip?.id === next?.id) return;
    if (next && this.shown === this.front) this.preload(next);
  }

  /** Sees to it that the beginning of a clip is in the slot that is not in front; returns it. */
  preload(clip) {
    const back = this.slots.find((slot) => slot !== this.front);
    if (!back.holds(clip, this.isFast, 0)) this.load(back, clip, 0);
    return back;
  }

  /** Whether an instant is in the seam between the present clip and the next. */
  isInSeam(at) {
    const { clip } = this.front;
    const next = clip && clipAfter(this.lane.clips, clip.start);
    return Boolean(next) && at >= clip.end - SEAM && at < next.start && next.start - clip.end <= SEAM;
  }

  /** Goes on with the next clip where the present one has ended. */
  next() {
    const { clip } = this.front;
    if (this.front.wasOpen && this.goesOn()) return;
    const next = clip && this.lane && clipAfter(this.lane.clips, clip.start);
    if (!next && this.isComing(clip.end)) {
      this.onHungry();
      return;
    }
    if (!next || next.start - clip.end > SEAM) {
      this.showGap(clip.end);
      return;
    }
    this.swap(this.preload(next));
    if (this.isPlaying) this.start(this.front);
  }

  /** Asks again for the key frames of a clip that has grown meanwhile; at its edge there are none. */
  goesOn() {
    const { clip, from, video } = this.front;
    const hasGrown = clip.open ? recorderNow() - this.now > PRESENT : clip.seconds - video.currentTime > 1;
    if (hasGrown && video.currentTime > from + 1) {
      this.open(clip, video.currentTime);
      if (this.isPlaying) this.start(this.front);
      return true;
    }
    if (clip.open) this.onEdge();
    return clip.open;
  }

  /** Brings the other video to the front once it has a picture, so that nothing flashes between. */
  swap(slot) {
    const old = this.front;
    this.front = slot;
    old.pause();
    slot.video.muted = old.video.muted;
    const reveal = () => {
      if (this.front === slot) this.show(slot);
    };
    if (slot.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) reveal();
    else slot.video.addEventListener("loadeddata", reveal, { once: true });
  }

  show(slot) {
    this.shown = slot;
    for (const each of this.slots) each.video.classList.toggle("front", each === slot);
  }

  showGap(at) {
    this.at = at;
    this.front.pause();
    const gap = this.lane && gapAt(this.lane.gaps, at);
    say(this.words, gap ? causeWord(gap.cause) : t("cause.none"));
    this.words.hidden = false;
    this.picture.hidden = true;
  }

  /** The browser cannot play it, H.265 in most cases: pictures of the recorder take its place. */
  failed(slot) {
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
    if (!isFirst && (this.shownSecond === second || !this.picture.complete)) return;
    this.shownSecond = second;
    this.picture.src = url(`/cameras/${this.camera}/picture`, { at: iso(second), width: 1280 });
  }

  /** Neither the browser nor the recorder can decode what was recorded. */
  showNoPicture() {
    this.picture.hidden = true;
    say(this.words, t("stage.noPicture"));
    this.words.hidden = false;
  }

  close() {
    for (const slot of this.slots) slot.close();
    this.element.remove();
  }
}
