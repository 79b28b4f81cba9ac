// What people do with a camera from more than one screen.

import { send, url } from "../api.js";
import { ask } from "../dialog.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { notify, notifyError } from "../notices.js";
import { recorderNow, status, takeStatus, zone } from "../status.js";
import { go } from "../url.js";
import { dateText, iso, timeText } from "../zone.js";

/** Starts or stops recording of all cameras, or one; asks before it stops. */
export async function setRecording(recording, camera) {
  const put = async () => {
    takeStatus(await send("PUT", "/recording", { recording, ...(camera ? { camera } : {}) }));
    return true;
  };
  const who = camera ?? "";
  if (recording) {
    await put().then(
      () => notify(t(camera ? "started.one" : "started.all", { camera: who })), notifyError,
    );
    return;
  }
  const stopped = await ask({
    title: t(camera ? "stop.one" : "stop.all", { camera: who, count: status.cameras.length }),
    body: h("p", {}, t("stop.text")), confirm: t("live.stop.short"), danger: true, submit: put,
  });
  if (stopped) notify(t(camera ? "stopped.one" : "stopped.all", { camera: who }));
}

/** Opens the time line half a minute ago. */
export function lookBack(camera) {
  go("/timeline", {
    at: iso(Math.floor((recorderNow() - 30_000) / 1000) * 1000), cams: camera, play: "1",
  });
}

/** Saves what a video shows as a PNG; where the browser cannot, the recorder's own picture. */
export async function saveSnapshot(camera, video, at = recorderNow()) {
  const name = `${camera}_${dateText(at, zone())}_${timeText(at, zone()).replaceAll(":", "-")}`;
  if (!video?.videoWidth) return save(url(`/cameras/${camera}/picture`), `${name}.jpg`);
  const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  const address = URL.createObjectURL(blob);
  save(address, `${name}.png`);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return undefined;
}

function save(address, name) {
  h("a", { href: address, download: name }).click();
  notify(t("snapshot.saved", { name }));
}
