// The first run: a camera, a look at it, the folder and its limit, recording. At most four steps,
// each of which can be skipped.

import { get, send } from "../api.js";
import { fill, h, icon, say } from "../dom.js";
import { bytes, daysFor, length } from "../format.js";
import { t, wordsFor } from "../i18n.js";
import { LivePlayer } from "../live.js";
import { said } from "../said.js";
import { cameraForm } from "../settings/camera-form.js";
import { RECORDER_LOOK, stateWord } from "../states.js";
import { listen, status } from "../status.js";

const GB = 1024 ** 3;

/** Shows the wizard in the whole page; resolves when the person wants the console. */
export function showWizard() {
  return new Promise((resolve) => {
    const ended = new AbortController();
    const body = h("div.stack");
    const steps = h("ol.steps", { "aria-label": t("wizard.steps") });
    const done = () => {
      ended.abort();
      resolve();
    };
    const known = { probe: null };
    fill(document.body, h("main.enter", {}, h("div.card.wide.stack", {},
      h("div.row", {}, h("div.brand", {}, h("img", { src: "/assets/icon.svg", alt: "" }), "cctv"),
      h("span.spread"),
        h("button.plain", { type: "button", onclick: done }, t("wizard.skip"))),
      steps, body)));
    const at = (index) => {
      fill(steps, ["camera", "storage", "recording"].map((name, number) => h("li", {
        "aria-current": number === index ? "step" : null, class: number < index ? "done" : "",
      }, h("span", {}, number < index ? icon("check") : String(number + 1)), t(`wizard.step.${name}`))));
      [cameraStep, storageStep, recordingStep][index](body, known, {
        next: () => at(index + 1), back: () => at(index - 1), done, signal: ended.signal,
      });
      body.querySelector("h1")?.focus();
    };
    document.title = `${t("wizard.title")} · cctv`;
    at(0);
  });
}

const heading = (key) => h("h1", { tabindex: "-1" }, t(key));

function cameraStep(body, known, { next }) {
  const form = cameraForm({
    submitText: t("wizard.use"), testFirst: true,
    onProbe: (probe) => { known.probe = probe; },
    submit: async (draft) => {
      await send("POST", "/cameras", draft);
      known.camera = draft.name;
      next();
    },
  });
  fill(body, heading("wizard.camera"), h("p.soft", {}, t("wizard.camera.text")), form);
}

async function storageStep(body, known, { next }) {
  fill(body, heading("wizard.storage"), h("div.skeleton"));
  let report;
  let folder;
  try {
    [report, folder] = await Promise.all([get("/storage"), get("/settings").then(
      (document) => document.keys.find((key) => key.key === "OUTPUT_FOLDER"))]);
  } catch (problem) {
    fill(body, heading("wizard.storage"), h("p.bad", {}, wordsFor(problem)),
      h("div.actions", {}, h("button.primary", { type: "button", onclick: next }, t("wizard.next"))));
    return;
  }
  const room = Math.max(
    1, Math.floor((report.free_bytes + report.used_bytes - report.reserved_bytes) / GB),
  );
  const start = Math.min(Math.round(report.limit_bytes / GB), room);
  const number = h("input", {
    type: "number", min: "1", max: String(room), step: "any", value: String(start),
    id: "field-limit", inputmode: "decimal",
  });
  const slider = h("input", {
    type: "range", min: "1", max: String(room), value: String(start),
    "aria-label": t("wizard.limit"),
  });
  const keeps = h("p.keeps", { role: "status" });
  const error = h("p.bad", { role: "alert" });
  const show = () => {
    const rate = known.probe?.bitrate || report.bitrate;
    fill(keeps, rate ? [h(
      "strong", {},
      t("wizard.keeps", { length: length(daysFor(number.value * GB, rate) * 86_400) }),
    ),
      h("span.soft", {}, t("wizard.keeps.rate"))] : t("wizard.keeps.unknown"));
  };
  slider.addEventListener("input", () => { number.value = slider.value; show(); });
  number.addEventListener("input", () => { slider.value = number.value; show(); });
  const path = h("input", {
    value: folder?.value ?? report.folder, id: "field-folder", disabled: Boolean(folder?.fixed_by),
    spellcheck: "false",
  });
  fill(body, heading("wizard.storage"), h("form.stack", { onsubmit: async (event) => {
    event.preventDefault();
    error.textContent = "";
    const changes = { MAX_FOLDER_SIZE_GB: String(number.value) };
    if (!path.disabled && path.value !== (
      folder?.value ?? report.folder
    )) changes.OUTPUT_FOLDER = path.value;
    try {
      await send("PATCH", "/settings", changes);
      next();
    } catch (problem) {
      error.textContent = wordsFor(problem);
    }
  } },
  h("div.field", {}, h("label", { for: "field-folder" }, t("wizard.folder")), path,
    h("p.soft.small", {}, t("wizard.folder.free", {
      free: bytes(report.free_bytes), total: bytes(report.total_bytes),
    }),
      folder?.fixed_by ? ` ${t("settings.fixed", { by: folder.fixed_by })}` : "")),
  h("div.field", {}, h("label", { for: "field-limit" }, t("wizard.limit")),
    h("div.row.nowrap", {}, number, h("span", {}, "GB"), slider)),
  keeps, error, h("div.actions", {}, h(
    "button", { type: "button", onclick: next }, t("wizard.later"),
  ),
    h("button.primary", { type: "submit" }, t("wizard.next")))));
  show();
}

function recordingStep(body, known, { done, signal }) {
  const word = h("p.state-word", { role: "status" });
  const video = h("video", {
    playsinline: true, autoplay: true,
    "aria-label": t("tile.video", { camera: known.camera ?? "" }),
  });
  video.muted = true;
  const reason = h("p.soft");
  fill(body, word, h("div.tile-picture", {}, video), reason, h("p.soft", {}, t("wizard.done")),
    h("div.actions", {}, h("button.primary", { type: "button", onclick: done }, t("wizard.open"))));
  if (!status.recording && status.cameras.length) send(
    "PUT", "/recording", { recording: true },
  ).catch(() => {});
  let player = null;
  const show = () => {
    const look = RECORDER_LOOK[status.state];
    word.className = `state-word ${look.tone}`;
    if (word.dataset.state !== status.state) {
      word.dataset.state = status.state;
      fill(word, icon(look.icon), h("span", {}, stateWord(status)));
    }
    const camera = status.cameras.find((each) => each.name === known.camera) ?? status.cameras[0];
    say(reason, said(camera?.reason) ?? "");
    if (camera && !player) {
      player = new LivePlayer();
      player.attach(camera.name, video);
    }
  };
  listen("status", show, signal);
  signal.addEventListener("abort", () => player?.close());
  show();
}

