// Up to four cameras on one clock.

import { recorderNow } from "../status.js";
import { clipAfter, clipAt, nextRecorded } from "./lanes.js";
import { LanePlayer } from "./lane-player.js";

/** Speeds that may be chosen. */
export const RATES = [0.5, 1, 2, 4, 8, 16];

/** At most so many cameras play at the same time. */
export const MOST = 4;

const EDGE = 30_000;

/** A video that has nothing to show for so long is left for the next clip, if there is one. */
const PATIENCE = 3000;

/** Plays cameras in step. `onTime` is called for each picture, `onState` for play, pause and skips. */
export class Player {
  constructor({ stage, onTime, onState, onSkip, signal }) {
    this.stage = stage;
    this.onTime = onTime;
    this.onState = onState;
    this.onSkip = onSkip;
    this.lanes = [];
    this.data = null;
    this.at = 0;
    this.rate = 1;
    this.isPlaying = false;
    this.isMuted = true;
    this.last = 0;
    this.waited = 0;
    signal.addEventListener("abort", () => {
      cancelAnimationFrame(this.frame);
      for (const lane of this.lanes) lane.close();
    });
  }

  /** Shows these cameras; those that were shown already are left as they are. */
  setCameras(names) {
    const wanted = names.slice(0, MOST);
    for (const lane of this.lanes.filter((each) => !wanted.includes(each.camera))) lane.close();
    this.lanes = wanted.map((name) => {
      const known = this.lanes.find((lane) => lane.camera === name);
      if (known) return known;
      const lane = new LanePlayer(name);
      this.give(lane);
      lane.seek(this.at);
      if (this.isPlaying) lane.play(this.rate);
      return lane;
    });
    this.stage.replaceChildren(...this.lanes.map((lane) => lane.element));
    this.stage.dataset.count = this.lanes.length;
    this.setMuted(this.isMuted);
    // A video that was moved in the page stands still.
    if (this.isPlaying) for (const lane of this.lanes) lane.play(this.rate);
  }

  /** Takes over what is known of the recordings. */
  take(data) {
    const isFirst = !this.data;
    this.data = data;
    for (const lane of this.lanes) {
      this.give(lane);
      if (isFirst || !lane.hasVideo) lane.seek(Math.max(this.at, isFirst ? 0 : lane.at));
    }
  }

  give(lane) {
    const found = this.data?.lanes.find((each) => each.camera === lane.camera);
    if (found) lane.take(found);
  }

  /** The lanes of the cameras that are shown. */
  get shownLanes() {
    return this.lanes.map((lane) => lane.lane).filter(Boolean);
  }

  seek(at) {
    this.at = Math.min(at, recorderNow());
    for (const lane of this.lanes) lane.seek(this.at);
    this.onTime(this.at);
  }

  play() {
    if (this.isPlaying) return;
    this.isPlaying = true;
    this.last = performance.now();
    for (const lane of this.lanes) lane.play(this.rate);
    this.onState();
    this.tick();
  }

  pause() {
    this.isPlaying = false;
    cancelAnimationFrame(this.frame);
    for (const lane of this.lanes) lane.pause();
    this.onState();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  setRate(rate) {
    this.rate = rate;
    for (const lane of this.lanes) {
      lane.rate = rate;
      lane.applyRate();
    }
    this.onState();
  }

  /** Sound comes from the first camera alone. */
  setMuted(isMuted) {
    this.isMuted = isMuted;
    this.lanes.forEach((lane, index) => {
      for (const slot of lane.slots) slot.video.muted = isMuted || index > 0;
    });
    this.onState();
  }

  tick() {
    this.frame = requestAnimationFrame((time) => {
      if (!this.isPlaying) return;
      const passed = Math.min(time - this.last, 250) * this.rate;
      this.last = time;
      this.advance(passed);
      this.tick();
    });
  }

  /** The first camera with a video leads; without one the clock goes on by itself. */
  advance(passed) {
    const leader = this.lanes.find((lane) => lane.hasVideo);
    if (leader) {
      if (!leader.isReady) {
        this.leaveWaiting(leader, passed);
        return;
      }
      this.waited = 0;
      this.at = leader.now;
    } else if (!this.skipGap(passed)) {
      return;
    }
    for (const lane of this.lanes) {
      lane.follow(this.at);
      if (lane !== leader) this.keepInStep(lane);
    }
    this.onTime(this.at);
  }

  /** At the end of an open clip more may come; once the next one has begun, it will not. */
  leaveWaiting(leader, passed) {
    this.waited += passed / this.rate;
    const next = this.waited > PATIENCE && clipAfter(leader.lane.clips, leader.front.clip.start);
    if (!next) return;
    this.waited = 0;
    this.seek(next.start);
  }

  keepInStep(lane) {
    if (lane.showsPictures) return;
    const clip = lane.lane && clipAt(lane.lane.clips, this.at);
    if (!lane.hasVideo) {
      if (clip) lane.seek(this.at);
      return;
    }
    const late = this.at - lane.now;
    if (!clip || Math.abs(late) > 1000 * Math.max(1, this.rate / 2)) lane.seek(this.at);
    else lane.applyRate(lane.front, 1 + Math.max(-0.2, Math.min(0.2, late / 1000)));
  }

  /** Goes on without a video: over what was not recorded, up to the present. */
  skipGap(passed) {
    const shown = this.shownLanes;
    if (!shown.length) return false;
    if (this.lanes.some((lane) => lane.showsPictures && clipAt(lane.lane?.clips ?? [], this.at))) {
      this.at += passed;
      return true;
    }
    const at = Math.max(this.at, ...this.lanes.map((lane) => lane.at));
    const next = nextRecorded(shown, at);
    if (next === null) {
      // At the present the next clip is only just being told of.
      if (at < recorderNow() - EDGE) this.pause();
      return false;
    }
    if (next - at > 1500) this.onSkip((next - at) / 1000);
    this.seek(next);
    return true;
  }
}
