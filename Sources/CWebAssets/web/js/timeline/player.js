// Up to four cameras on one clock.

import { recorderNow } from "../status.js";
import { clipAfter, clipAt, nextRecorded } from "./lanes.js";
import { LanePlayer, PRESENT, SEAM } from "./lane-player.js";
import { GREATEST_RATE } from "./slot.js";

/** Speeds that may be chosen. */
export const RATES = [0.5, 1, 2, 4, 8, 16];

/** At most so many cameras play at the same time. */
export const MOST = 4;

/**
 * So near the present nothing recorded does not mean that there is a gap: the page is told of a clip's
 * latest seconds some seconds after they were recorded.
 */
const PRESENT_EDGE = 30_000;

/** The greatest share by which a camera's speed is changed to stay in step with the others. */
const CORRECTION = 0.2;

/** A video that has nothing to show for so long is left for the next clip, if there is one. */
const PATIENCE = 3000;

/**
 * Plays cameras in step. `onTime` is called for each picture, `onState` for play and pause, `onSkip`
 * for skipped seconds, `onPresent` when playing faster has caught up with the present, `onHungry`
 * when more must be known of the recordings at once.
 */
export class Player {
  constructor({ stage, onTime, onState, onSkip, onPresent, onHungry, signal }) {
    this.stage = stage;
    this.onTime = onTime;
    this.onState = onState;
    this.onSkip = onSkip;
    this.onPresent = onPresent;
    this.onHungry = onHungry;
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
      const lane = new LanePlayer(name, {
        onEdge: () => this.reachPresent(), onHungry: this.onHungry,
      });
      lane.rate = this.rate;
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
    for (const lane of this.lanes) lane.setRate(rate);
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
    if (leader) this.waitForOthers(leader);
    this.onTime(this.at);
    if (this.rate > 1 && this.at > recorderNow() - PRESENT) this.reachPresent();
  }

  /** Nothing can be played faster than it happens. */
  reachPresent() {
    if (this.rate <= 1) return;
    this.setRate(1);
    this.onPresent();
  }

  /** At the end of a clip that a fault left open nothing more comes once the next one has begun. */
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
    if (!clip && lane.isInSeam(this.at)) return;
    const late = this.at - lane.now;
    if (!clip || Math.abs(late) > this.tolerance) lane.seek(this.at);
    else lane.applyRate(1 + this.correction(late));
  }

  /** At the greatest speed nobody can catch up: the leader is the one that gives way. */
  waitForOthers(leader) {
    if (this.rate * (1 + CORRECTION) <= GREATEST_RATE) return;
    const late = this.lanes.filter((lane) => lane !== leader && lane.hasVideo)
      .map((lane) => this.at - lane.now);
    leader.applyRate(1 - this.correction(Math.max(0, ...late)));
  }

  /** Milliseconds of film that cameras may be apart before one of them jumps. */
  get tolerance() {
    return 1000 * Math.max(1, this.rate / 2);
  }

  correction(late) {
    return Math.max(-CORRECTION, Math.min(CORRECTION, late / this.tolerance));
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
      if (at < recorderNow() - PRESENT_EDGE) this.pause();
      return false;
    }
    if (next - at > SEAM) this.onSkip((next - at) / 1000);
    this.seek(next);
    return true;
  }
}
