// Live pictures of any number of cameras over one connection.
//
//   const player = new LivePlayer({ onState(camera, state) { ... } });
//   player.attach("front", videoElement);  player.detach("front");  player.close();
//
// `state.state` is one of
//   connecting    the recorder is asked
//   waiting       the recorder answers, and nothing comes from the camera yet
//   playing       pictures move
//   pictures      this browser cannot decode `state.codecs`: a still every `state.seconds` seconds
//   reconnecting  the connection is gone; the next attempt is in `state.seconds` seconds
//   refused       the recorder said `state.status`, 401 or 403: somebody must log in
// Nothing is fetched while the page is hidden or no camera is attached.

import { Kind, PartReader } from "./live-parts.js";
import { LiveVideo, canPlay } from "./live-video.js";
import { LivePictures, PICTURE_SECONDS, pictureURL } from "./live-pictures.js";

const RETRY_SECONDS = [1, 2, 5, 10];
// The recorder says something at least every five seconds.
const SILENCE_SECONDS = 12;

export class LivePlayer {
  #onState;
  #tiles = new Map();
  #numbers = new Map();
  #connection = null;
  #attempt = 0;
  #retry = 0;
  #isScheduled = false;
  #onVisibility = () => this.#schedule();

  constructor({ onState = () => {} } = {}) {
    this.#onState = onState;
    document.addEventListener("visibilitychange", this.#onVisibility);
  }

  /** Shows a camera in a <video>; the same camera in another element moves there. */
  attach(camera, video) {
    this.detach(camera);
    video.poster ||= pictureURL(camera, 640);
    this.#tiles.set(camera, { camera, video, codecs: null, player: null, isFed: false, state: "" });
    this.#attempt = 0;
    this.#schedule();
  }

  /** Ceases to show a camera. */
  detach(camera) {
    const tile = this.#tiles.get(camera);
    if (!tile) return;
    tile.player?.close();
    this.#tiles.delete(camera);
    this.#schedule();
  }

  /** Ceases to show any. */
  close() {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    for (const camera of [...this.#tiles.keys()]) this.detach(camera);
    this.#disconnect();
  }

  /** Connects anew with the cameras of the moment, once for any number of changes. */
  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#disconnect();
      if (this.#tiles.size > 0 && !document.hidden) this.#connect();
    });
  }

  #disconnect() {
    clearTimeout(this.#retry);
    this.#connection?.abort();
    this.#connection = null;
  }

  async #connect() {
    const connection = new AbortController();
    this.#connection = connection;
    for (const tile of this.#tiles.values()) {
      if (tile.state !== "playing" && tile.state !== "pictures") this.#tell(tile, "connecting");
    }
    const names = [...this.#tiles.keys()].map(encodeURIComponent).join(",");
    try {
      const answer = await fetch(
        `/api/v1/live?cameras=${names}`, { signal: connection.signal, cache: "no-store" });
      if (answer.status === 401 || answer.status === 403) {
        this.#tellAll("refused", { status: answer.status });
        return;
      }
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      await this.#read(answer.body.getReader(), connection);
    } catch {
      // Whatever it was, the answer is to try again.
    }
    if (connection !== this.#connection) return;
    const seconds = RETRY_SECONDS[Math.min(this.#attempt, RETRY_SECONDS.length - 1)];
    this.#attempt += 1;
    this.#tellAll("reconnecting", { seconds });
    this.#retry = setTimeout(() => this.#schedule(), seconds * 1000);
  }

  async #read(reader, connection) {
    const parts = new PartReader();
    let silence = 0;
    try {
      for (;;) {
        silence = setTimeout(() => connection.abort(), SILENCE_SECONDS * 1000);
        const { value, done } = await reader.read();
        clearTimeout(silence);
        if (done || connection !== this.#connection) return;
        for (const part of parts.take(value)) this.#take(part);
      }
    } finally {
      clearTimeout(silence);
      reader.cancel().catch(() => {});
    }
  }

  #take({ camera, kind, payload }) {
    this.#attempt = 0;
    if (kind === Kind.status) {
      const status = JSON.parse(new TextDecoder().decode(payload));
      this.#numbers.set(camera, status.camera);
      const tile = this.#tiles.get(status.camera);
      if (tile) this.#status(tile, status);
      return;
    }
    const tile = this.#tiles.get(this.#numbers.get(camera));
    if (!tile || kind === Kind.keepAlive) return;
    if (kind === Kind.header) this.#header(tile, payload);
    else if (kind === Kind.gap) tile.player?.gap?.();
    else {
      tile.isFed = true;
      tile.player?.fragment?.(payload, kind === Kind.key);
    }
  }

  #status(tile, { state, codecs }) {
    if (state === "waiting") {
      this.#tell(tile, "waiting");
      return;
    }
    tile.codecs = codecs ?? null;
    if (canPlay(codecs)) return;
    if (!(tile.player instanceof LivePictures)) {
      tile.player?.close();
      tile.player = new LivePictures(tile.camera, tile.video);
    }
    this.#tell(tile, "pictures", { codecs: tile.codecs, seconds: PICTURE_SECONDS });
  }

  #header(tile, bytes) {
    if (!canPlay(tile.codecs)) return;
    if (!(tile.player instanceof LiveVideo)) {
      tile.player?.close();
      tile.player = new LiveVideo(tile.video, () => {
        if (tile.isFed && tile.state !== "playing") this.#tell(tile, "playing");
      });
    }
    tile.player.header(bytes, tile.codecs);
  }

  #tell(tile, state, facts = {}) {
    tile.state = state;
    // What is still buffered is no sign of life.
    if (state !== "playing") tile.isFed = false;
    this.#onState(tile.camera, { state, ...facts });
  }

  #tellAll(state, facts) {
    for (const tile of this.#tiles.values()) this.#tell(tile, state, facts);
  }
}
