// States in words, with the sign and the colour that go with each: never colour alone.

import { clock, figure } from "./format.js";
import { t, has } from "./i18n.js";
import { said } from "./said.js";
import { timeText } from "./zone.js";

/** Sign and colour of the whole recorder's state. */
export const RECORDER_LOOK = {
  recording: { icon: "record", tone: "good" },
  partly: { icon: "half", tone: "warn" },
  trouble: { icon: "warning", tone: "bad" },
  stopped: { icon: "square", tone: "bad" },
  empty: { icon: "plus", tone: "soft" },
};

/** Sign and colour of a camera's state. */
export const CAMERA_LOOK = {
  recording: { icon: "record", tone: "good" },
  connecting: { icon: "wait", tone: "warn" },
  waiting: { icon: "warning", tone: "bad" },
  stopped: { icon: "square", tone: "soft" },
  disabled: { icon: "minus", tone: "soft" },
};

/** The state that can be read across a room: `Recording`, `3 of 4 recording`, `Stopped`. */
export function stateWord(status) {
  const wanted = status.cameras.filter((camera) => camera.state !== "disabled");
  const count = wanted.filter((camera) => camera.state === "recording").length;
  return t(`state.${status.state}`, { count: figure(count), all: figure(wanted.length) });
}

/** One camera's state with how long: `Recording`, `No video since 14:02`. */
export function cameraWord(camera, zone) {
  if (camera.state === "waiting" && camera.since) {
    return t("camera.waiting.since", {
      time: timeText(Date.parse(camera.since), zone, { seconds: false }),
    });
  }
  return t(`camera.${camera.state}`);
}

/** Why a camera is not recorded, and when it is tried again. */
export function cameraReason(camera, now, statusNow) {
  if (camera.state !== "waiting") return "";
  const passed = Math.max(0, (now - statusNow) / 1000);
  const left = camera.retry_seconds === undefined ? null : Math.max(
    0, camera.retry_seconds - passed,
  );
  const next = left === null ? "" : t("camera.retry", { time: clock(left) });
  const reason = said(camera.reason) ?? causeWord(camera.cause ?? "other");
  return [/[.!?]$/.test(reason) ? reason : `${reason}.`, next].filter(Boolean).join(" ");
}

/** A gap's cause in words. */
export const causeWord = (cause) => (has(`cause.${cause}`) ? t(`cause.${cause}`) : cause);
