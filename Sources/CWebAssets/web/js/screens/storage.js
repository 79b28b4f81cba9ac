// How full the disk is, with what, and how long it lasts.

import { get, send } from "../api.js";
import { ask } from "../dialog.js";
import { empty, fill, h, icon, iconButton } from "../dom.js";
import { bitrate, bytes, date, figure, length } from "../format.js";
import { has, t } from "../i18n.js";
import { said } from "../said.js";
import { isAllowed } from "../session.js";
import { listen, status, zone } from "../status.js";
import { timeText } from "../zone.js";
import { awayPanel } from "./away.js";

/** Opens the screen, which tells the present state every ten seconds. */
export async function open({ signal }) {
  const element = h("div.screen");
  const load = async () => {
    if (status.volume.code === "unmounted") return showAway(element);
    const [report, { protections }] = await Promise.all([
      get("/storage", {}, { signal }), get("/protections", {}, { signal })]);
    return show(element, report, protections, load);
  };
  await load();
  const timer = setInterval(() => {
    if (!document.hidden && !document.querySelector("dialog[open]")) load().catch(() => {});
  }, 10_000);
  signal.addEventListener("abort", () => clearInterval(timer));
  let code = status.volume.code;
  listen("status", () => {
    if (status.volume.code !== code) load().catch(() => {});
    code = status.volume.code;
  }, signal);
  return { title: t("nav.storage"), element };
}

function showAway(element) {
  fill(element, h("div.screen-head", {}, h("h1", {}, t("nav.storage")),
    h("code.soft", {}, status.output_folder)), awayPanel());
}

const when = (text) => `${date(Date.parse(text), zone())} ${timeText(Date.parse(text), zone())}`;

function show(element, report, protections, reload) {
  const open = [...element.querySelectorAll("details[open]")].map((each) => each.id);
  fill(element,
    h("div.screen-head", {}, h("h1", {}, t("nav.storage")), h("code.soft", {}, report.folder)),
    !status.volume.ok && h("p.panel.bad.row", {}, icon("warning"), said(status.volume.reason)),
    h("section.panel.stack", { "aria-label": t("storage.use") }, gauge(report),
      h("dl.numbers", {}, numbers(report).map(([key, value, extra]) => h("div", {}, h(
        "dt", {}, t(`storage.${key}`),
      ),
        h("dd", {}, value), extra && h("dd.soft.small", {}, extra))))),
    h("div.halves", {}, shares(report), protectionList(protections, reload)),
    deletions(report));
  for (const id of open) element.querySelector(`#${id}`)?.setAttribute("open", "");
}

function gauge(report) {
  const share = Math.min(1, report.used_bytes / report.limit_bytes);
  const kept = Math.min(share, report.protected_bytes / report.limit_bytes);
  const bar = h("div.gauge", {
    role: "meter", "aria-valuemin": "0", "aria-valuemax": "100",
    "aria-valuenow": String(Math.round(share * 100)), "aria-label": t("storage.use"),
  },
    h("div.gauge-kept", { style: { width: `${kept * 100}%` } }), h("div.gauge-used", { style: { width: `${(share - kept) * 100}%` } }));
  return h("div.stack", {}, h("p.gauge-words", {}, h("strong", {}, bytes(report.used_bytes)), " ",
    h("span.soft", {}, t("storage.of", { limit: bytes(report.limit_bytes), percent: figure(share * 100) }))), bar,
  report.bitrate && report.days_expected
    ? h("p", {}, t("storage.lasts", { limit: bytes(report.limit_bytes), length: length(report.days_expected * 86_400), rate: bitrate(report.bitrate) })) : null);
}

const numbers = (report) => [
  [
    "oldest", report.oldest ? when(report.oldest) : "–",
    report.days_kept !== undefined && t("storage.kept", {
      length: length(report.days_kept * 86_400),
    }),
  ],
  [
    "free", bytes(report.free_bytes),
    t("storage.disk", { total: bytes(report.total_bytes), reserved: bytes(report.reserved_bytes) }),
  ],
  ["protected", bytes(report.protected_bytes)],
  ["exports", bytes(report.export_bytes)],
];

function shares(report) {
  const most = Math.max(1, ...report.cameras.map((each) => each.bytes));
  return h("section.panel", {}, h("h2", {}, t("storage.shares")),
  h("div.table-box.flat", {}, h("table", {},
    h(
      "thead", {},
      h(
        "tr", {},
        [
          "camera", "size", "clips", "oldest",
        ].map((name) => h("th", { scope: "col", class: name }, t(`storage.col.${name}`))),
      ),
    ),
    h("tbody", {}, report.cameras.map((each) => h("tr", {},
      h("th", { scope: "row" }, each.camera),
      h("td.size", {}, bytes(each.bytes), each.limit_bytes ? ` / ${bytes(each.limit_bytes)}` : "",
        h("div.bar", { "aria-hidden": "true" }, h("div", { style: { width: `${(each.bytes / most) * 100}%` } }))),
      h("td.clips", {}, figure(each.clips)), h("td.oldest", {}, each.oldest ? when(each.oldest) : "–")))))));
}

function protectionList(protections, reload) {
  const remove = async (each) => {
    const isGone = await ask({
      title: t("protection.remove.title"),
      body: h("p", {}, t("protection.remove.text")), confirm: t("protection.remove"), danger: true,
      submit: () => send("DELETE", `/protections/${each.number}`).then(() => true),
    });
    if (isGone) reload();
  };
  return h("section.panel", {}, h("h2", {}, t("storage.protections")),
  protections.length ? h("ul.lines", {},
    protections.map((each) => h("li.row", {}, icon("shield"), h("div", {},
      h("p", {}, h("strong", {}, each.camera ?? t("clips.all")), each.note && ` · ${each.note}`),
      h("p.soft.small", {}, h("a", { href: `/timeline?at=${each.from}${each.camera ? `&cams=${each.camera}` : ""}` }, when(each.from)), ` – ${timeText(Date.parse(each.to), zone())} · ${bytes(each.bytes)}`)),
    h("span.spread"), isAllowed("operator") && iconButton("trash", t("protection.remove"), () => remove(each)))))
    : empty("shield", t("protection.none"), t("protection.none.text")));
}

function deletions(report) {
  const word = (reason) => (has(`deleted.${reason}`) ? t(`deleted.${reason}`) : reason);
  if (!report.deletions.length) return h("p.soft", {}, t("storage.deletions.none"));
  return h("details.panel", { id: "deletions" }, h(
    "summary", {}, h("h2", {}, t("storage.deletions")),
  ),
    h("div.table-box.flat", {}, h("table", {}, h(
      "thead", {},
      h(
        "tr", {},
        [
          "at", "file", "size", "reason",
        ].map((name) => h("th", { scope: "col", class: name }, t(`storage.col.${name}`))),
      ),
    ),
      h("tbody", {}, report.deletions.map((each) => h("tr", {}, h("td", {}, when(each.at)), h(
        "td", {}, h("code", {}, each.path),
      ),
        h("td.size", {}, bytes(each.bytes)), h("td", {}, word(each.reason))))))));
}
