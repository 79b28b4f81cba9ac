// A camera that this browser cannot decode, as one still picture after the other.

export const PICTURE_SECONDS = 2;

/** The address of a camera's latest key frame as a JPEG. */
export function pictureURL(camera, width) {
  return `/api/v1/cameras/${encodeURIComponent(camera)}/picture?width=${width}`;
}

export class LivePictures {
  #camera;
  #video;
  #timer = 0;
  #url = "";
  #isClosed = false;

  constructor(camera, video) {
    this.#camera = camera;
    this.#video = video;
    this.#next();
  }

  /** Lets go of the element. */
  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#url) URL.revokeObjectURL(this.#url);
  }

  async #next() {
    try {
      const width = Math.round(this.#video.clientWidth * (globalThis.devicePixelRatio ?? 1));
      const answer = await fetch(pictureURL(this.#camera, Math.min(Math.max(width, 320), 1920)));
      if (answer.ok) this.#show(await answer.blob());
    } catch {
      // The next one is asked for all the same.
    }
    if (!this.#isClosed) {
      this.#timer = setTimeout(() => this.#next(), PICTURE_SECONDS * 1000);
    }
  }

  #show(blob) {
    if (this.#isClosed) return;
    const old = this.#url;
    this.#url = URL.createObjectURL(blob);
    this.#video.poster = this.#url;
    // The element may still be showing it.
    if (old) setTimeout(() => URL.revokeObjectURL(old), PICTURE_SECONDS * 1000);
  }
}
