// The log: streamed as it is written, by level, searched, and as a file.

import { get, url } from "../api.js";
import { fill, h, icon } from "../dom.js";
import { date } from "../format.js";
import { t } from "../i18n.js";
import { notifyError } from "../notices.js";
import { listen, status, zone } from "../status.js";
import { note } from "../url.js";
import { logLine } from "./now.js";

const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"];
const MOST = 2000;

/** Opens the screen; the address has `level`, `q` and `camera`. */
export async function open({ parameters, signal }) {
  const list = h("ol.log", { tabindex: "0", "aria-label": t("nav.log") });
  const level = h(
    "select", { "aria-label": t("log.level") },
    LEVELS.map((name) => h("option", { value: name }, t(`log.from.${name}`))),
  );
  const camera = h("select", {
    "aria-label": t("clips.camera"),
  }, h("option", { value: "" }, t("clips.all")),
    status.cameras.map(({ name }) => h("option", { value: name }, name)));
  const search = h("input", {
    type: "search", placeholder: t("log.search"), "aria-label": t("log.search"),
    value: parameters.q ?? "",
  });
  const more = h("button", { type: "button", hidden: true }, t("log.older"));
  level.value = LEVELS.includes(parameters.level) ? parameters.level : "INFO";
  camera.value = parameters.camera ?? "";
  let next = null;
  let asked = 0;

  const query = () => ({ level: level.value, q: search.value.trim(), camera: camera.value });
  const load = async (place = null) => {
    const number = asked += 1;
    more.disabled = true;
    try {
      const page = await get("/log", { ...query(), ...place, limit: 200 }, { signal });
      // Somebody has changed the question meanwhile.
      if (number !== asked) return;
      next = page.next ? { before: page.next } : page.older ? { older: page.older } : null;
      if (!place) fill(list);
      list.querySelector(".soft:only-child")?.remove();
      list.append(...withDays(page.lines, list));
    } finally {
      if (number === asked) more.disabled = false;
    }
    more.hidden = !next;
    if (!list.children.length) fill(list, h("li.soft", {}, t(next ? "log.noneYet" : "log.none")));
  };
  const change = () => {
    const { level: least, q, camera: name } = query();
    note({ level: least === "INFO" ? "" : least, q, camera: name });
    load().catch(notifyError);
  };
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(change, 250);
  });
  level.addEventListener("change", change);
  camera.addEventListener("change", change);
  more.addEventListener("click", () => load(next).catch(notifyError));
  listen("log", (line) => {
    const { level: least, q, camera: name } = query();
    const isWanted = LEVELS.indexOf(line.level) >= LEVELS.indexOf(least) && (
      !name || line.camera === name
    )
      && (!q || line.message.toLowerCase().includes(q.toLowerCase()));
    if (!isWanted) return;
    list.querySelector(".soft:only-child")?.remove();
    const first = list.querySelector(".log-day");
    const item = logLine(line);
    item.classList.add("fresh");
    if (first) first.after(item);
    else list.prepend(item);
    while (list.children.length > MOST) list.lastChild.remove();
  }, signal);
  await load();
  return {
    title: t("nav.log"),
    element: h("div.screen", {}, h("div.screen-head", {}, h("h1", {}, t("nav.log")),
      h("span.soft.row", {}, icon("record"), t("log.live")),
      h("div.row.spread", {}, search, level, camera,
        h("a.button", { href: url("/log/file"), download: "" }, icon("export"), t("log.file")))), h("div.panel", {}, list), more),
  };
}

/** Lines under the day they belong to, the newest first. */
function withDays(lines, list) {
  let last = [...list.querySelectorAll(".log-day")].at(-1)?.textContent ?? "";
  return lines.flatMap((line) => {
    const day = date(Date.parse(line.time), zone());
    const item = logLine(line);
    if (day === last) return [item];
    last = day;
    return [h("li.log-day", {}, day), item];
  });
}

