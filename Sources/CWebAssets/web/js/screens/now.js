// What is written now: the current files and the last ten lines of the log.

import { get } from "../api.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { isAllowed } from "../session.js";
import { listen, status, zone } from "../status.js";
import { timeText } from "../zone.js";

/** The panel below the pictures; `show` takes over the present state. */
export function makeNow(signal) {
  const files = h("ul.now-files");
  const lines = h("ol.now-log", { "aria-label": t("now.log") });
  let last = [];

  const showLines = () => fill(lines, last.length ? last.map(logLine)
    : h("li.soft", {}, t("now.quiet")));

  if (isAllowed("operator")) {
    get("/log", { limit: 10 }, { signal }).then((page) => {
      last = [...last, ...page.lines].slice(0, 10);
      showLines();
    }, () => showLines());
    listen("log", (line) => {
      last = [line, ...last].slice(0, 10);
      showLines();
    }, signal);
  }

  return {
    element: h("section.now.panel", { "aria-label": t("now") },
      h("div", {}, h("h2", {}, t("now.files")), files),
      isAllowed("operator") && h("div", {}, h("div.row", {}, h("h2", {}, t("now.log")),
        h("a.spread.small.row-link", { href: "/log" }, t("now.all"))), lines)),
    show() {
      const open = status.cameras.filter((camera) => camera.clip);
      const key = open.map((camera) => camera.clip.path).join();
      if (files.dataset.key === key) return;
      files.dataset.key = key;
      fill(files, open.map((camera) => h("li", {}, h("code", {}, camera.clip.path),
        h("span.soft", {}, t("now.since", { time: timeText(Date.parse(camera.clip.start), zone()) })))),
      open.length ? null : h("li.soft", {}, t("now.nothing")));
    },
  };
}

const TONES = { WARNING: "warn", ERROR: "bad" };

/** One line of the log, its level as a word where it is not ordinary. */
export function logLine(line) {
  return h("li.log-line", {},
    h("time.soft", { datetime: line.time }, timeText(Date.parse(line.time), zone())),
    line.level !== "INFO" && h(
      `span.level.${TONES[line.level] ?? "soft"}`, {}, t(`level.${line.level}`),
    ),
    line.camera && h("span.log-camera", {}, line.camera),
    h("span.log-text", {}, line.message));
}
