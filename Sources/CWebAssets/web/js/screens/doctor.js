// The doctor: a long look at cameras, the disk and the clock, and what to do about what is wrong.

import { get, send, url } from "../api.js";
import { empty, fill, h, icon, say } from "../dom.js";
import { figure, length } from "../format.js";
import { has, t, wordsFor } from "../i18n.js";
import { notifyError } from "../notices.js";
import { said } from "../said.js";
import { isAllowed } from "../session.js";
import { status, when } from "../status.js";

const LENGTHS = [10, 30, 60, 300];
const LOOKS = {
  good: { icon: "check", tone: "good" },
  note: { icon: "in", tone: "warn" },
  bad: { icon: "warning", tone: "bad" },
};

/** Opens the screen; `camera` in the address chooses one. */
export async function open({ parameters, signal }) {
  const enabled = status.cameras.filter((camera) => camera.state !== "disabled");
  const results = h("div.stack");
  const running = h("section.panel.stack", { hidden: true, "aria-label": t("doctor.running") });
  const form = order(enabled, parameters.camera, (checkup) => follow(checkup));
  const progress = runningPanel(running, () => send("DELETE", "/doctor").catch(notifyError));
  let timer = 0;

  const show = (checkup) => {
    const isRunning = checkup?.state === "running";
    form.setBusy(isRunning);
    running.hidden = !isRunning;
    if (isRunning) progress(checkup);
    showResults(results, checkup);
    return isRunning;
  };
  const follow = (checkup) => {
    clearTimeout(timer);
    if (show(checkup)) timer = setTimeout(look, 1000);
  };
  const look = async () => {
    try {
      follow((await get("/doctor", {}, { signal })).checkup);
    } catch (error) {
      if (!signal.aborted) timer = setTimeout(look, 3000);
    }
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  follow((await get("/doctor", {}, { signal })).checkup);
  return {
    title: t("nav.doctor"),
    element: h("div.screen.narrow", {}, h("div.screen-head", {}, h("h1", {}, t("nav.doctor")),
      h("p.soft", {}, t("doctor.text"))), form.element, running, results),
  };
}

/** What is to be looked at, and for how long. */
function order(cameras, wanted, begun) {
  const camera = h("select", { id: "doctor-camera" }, h("option", { value: "" }, t("clips.all")),
    cameras.map(({ name }) => h("option", { value: name }, name)));
  const seconds = h("select", { id: "doctor-seconds" },
    LENGTHS.map((each) => h("option", { value: each }, length(each))));
  const sessions = h("input", { type: "checkbox" });
  const error = h("p.bad", { role: "alert" });
  const start = h("button.primary", { type: "submit" }, icon("doctor"), t("doctor.start"));
  camera.value = cameras.some(({ name }) => name === wanted) ? wanted : "";
  seconds.value = "30";
  const element = h("form.panel.stack", { onsubmit: async (event) => {
    event.preventDefault();
    start.disabled = true;
    error.textContent = "";
    try {
      begun((await send("POST", "/doctor", {
        ...(camera.value ? { camera: camera.value } : {}),
        seconds: Number(seconds.value), count_sessions: sessions.checked,
      })).checkup);
    } catch (problem) {
      error.textContent = wordsFor(problem);
      start.disabled = false;
    }
  } },
  h("div.columns", {},
    h("div.field", {}, h("label", { for: "doctor-camera" }, t("clips.camera")), camera),
    h("div.field", {}, h("label", { for: "doctor-seconds" }, t("doctor.seconds")), seconds)),
  h("label.check", {}, sessions, t("doctor.sessions")),
  h("p.soft.small", {}, t("doctor.cost")), error, h("div.actions", {}, start));
  if (!cameras.length) {
    return { setBusy() {}, element: empty("live", t("live.empty"), t("doctor.nobody"),
      isAllowed("admin") && h("a.button.primary", { href: "/settings?add=1" }, icon("plus"), t("camera.add"))) };
  }
  return { element, setBusy(isBusy) { start.disabled = isBusy; element.hidden = isBusy; } };
}

/** How far it is, which camera has its turn, and a way to end it. */
function runningPanel(panel, end) {
  const word = h("p", { role: "status" });
  const bar = h("progress", { max: "1", "aria-label": t("doctor.running") });
  const stop = h("button", { type: "button", onclick: () => {
    stop.disabled = true;
    end();
  } }, icon("stop"), t("doctor.end"));
  fill(panel, h("div.row", {}, word, h("span.spread"), stop), bar,
    h("p.soft.small", {}, t("doctor.stays")));
  return (checkup) => {
    const at = checkup.cameras.findIndex((each) => each.state === "running");
    const visit = checkup.cameras[at];
    if (panel.dataset.started !== checkup.started) stop.disabled = false;
    panel.dataset.started = checkup.started;
    bar.value = checkup.progress;
    say(word, visit ? t(`doctor.step.${visit.step}`, {
      camera: visit.camera, number: figure(at + 1), all: figure(checkup.cameras.length),
    }) : t("doctor.step.machine"));
  };
}

function showResults(box, checkup) {
  const key = JSON.stringify([checkup?.state, checkup?.cameras, checkup?.machine]);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  if (!checkup) {
    fill(box, status.cameras.length > 0 && empty("doctor", t("doctor.none"), t("doctor.none.text")));
    return;
  }
  const seen = checkup.cameras.filter((each) => each.findings.length);
  fill(box, checkup.state === "ended" && h("p.panel.warn.row", {}, icon("warning"), t("doctor.ended")),
    checkup.state === "finished" && summary(checkup),
    seen.map((each) => section(each.camera, each.findings)),
    checkup.machine.length > 0 && section(t("doctor.machine"), checkup.machine));
}

/** How many findings want something done, when that was, and the file for a bug report. */
function summary(checkup) {
  const findings = [...checkup.cameras.flatMap((each) => each.findings), ...checkup.machine];
  const bad = findings.filter((each) => each.level === "bad").length;
  return h("div.row", { role: "status" },
    h(`p.row.${bad ? "bad" : "good"}`, {}, icon(bad ? "warning" : "check"),
      h("strong", {}, bad ? t("doctor.bad", { count: bad }) : t("doctor.well"))),
    h("span.soft", {}, t("doctor.at", {
      time: when(Date.parse(checkup.finished)), length: length(checkup.seconds),
    })), h("span.spread"),
    isAllowed("admin") && h("a.button", { href: url("/doctor/bundle"), download: "" },
      icon("export"), t("doctor.bundle")),
    isAllowed("admin") && h("p.soft.small.doctor-hint", {}, t("doctor.bundle.text")));
}

/** One camera's findings, or the machine's: the gravest first. */
function section(title, findings) {
  const rank = ({ level }) => ["bad", "note", "good"].indexOf(level);
  return h("section.panel", { "aria-label": title }, h("h2", {}, title),
    h("ul.findings", {}, findings.toSorted((a, b) => rank(a) - rank(b)).map((each) => {
      const look = LOOKS[each.level];
      const name = `finding.${each.code}`;
      return h("li", { dataset: { code: each.code, level: each.level } },
        h(`span.row.${look.tone}`, {}, icon(look.icon), t(`doctor.level.${each.level}`)),
        h("div", {}, h("p", {}, has(name) && h("strong", {}, `${t(name)}: `), said(each.text)),
          each.advice && h("p.advice", {}, h("span.soft", {}, t("doctor.todo")), " ", said(each.advice))));
    })));
}
