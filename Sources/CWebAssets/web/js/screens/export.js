// What was exported: progress that survives leaving the page, the files, and how to check them.

import { get, send, url } from "../api.js";
import { ask } from "../dialog.js";
import { empty, fill, h, icon, iconButton, say } from "../dom.js";
import { bytes, date, figure, length } from "../format.js";
import { t } from "../i18n.js";
import { notify } from "../notices.js";
import { said } from "../said.js";
import { listen, zone } from "../status.js";
import { timeText } from "../zone.js";

/** Opens the list of exports. */
export async function open({ signal }) {
  const list = h("ul.stack");
  const cards = new Map();
  const nothing = h("div");
  const show = (record) => {
    const known = cards.get(record.id);
    if (known) return known.show(record);
    const card = makeCard(record, () => {
      cards.delete(record.id);
      card.element.remove();
      showNothing();
    });
    cards.set(record.id, card);
    list.prepend(card.element);
    return showNothing();
  };
  const showNothing = () => fill(nothing, !cards.size && empty("export", t("export.none"), t("export.none.text"),
    h("a.button.primary", { href: "/timeline" }, icon("timeline"), t("nav.timeline"))));
  // Heard before it is asked: what ends in between must not be missed, nor be taken back.
  listen("export", show, signal);
  const { exports } = await get("/exports", {}, { signal });
  for (const record of exports.toReversed()) show(record);
  showNothing();
  return {
    title: t("nav.export"),
    element: h("div.screen.narrow", {}, h("div.screen-head", {}, h("h1", {}, t("nav.export")),
      h("p.soft", {}, t("export.text"))), list, nothing),
  };
}

function makeCard(first, removed) {
  const bar = h("progress", { max: "1", "aria-label": t("export.progress") });
  const word = h("p.row");
  const actions = h("div.row");
  const facts = h("dl.facts");
  const from = Date.parse(first.from);
  const to = Date.parse(first.to);
  const element = h("li.panel.stack.export-card", {},
    h("div.row", {}, h("h2", {}, first.camera),
      h(
        "span.soft", {},
        `${date(from, zone())} ${timeText(from, zone())} – ${timeText(to, zone())}, ${length((to - from) / 1000)}`,
      ),
      h("span.spread"), iconButton("trash", t("export.remove"), async () => {
        const isGone = await ask({
          title: t("export.remove.title"), body: h("p", {}, t("export.remove.text")),
          confirm: t("remove"), danger: true,
          submit: () => send("DELETE", `/exports/${first.id}`).then(() => true),
        });
        if (isGone) removed();
      })), bar, word, facts, actions);
  let state = "";
  const card = {
    element,
    show(record) {
      if (state === "finished" || state === "failed") return;
      if (record.state === "running") bar.value = record.progress;
      if (record.state === "running") say(
        word, t("export.running", { percent: figure(record.progress * 100) }),
      );
      if (state === record.state) return;
      state = record.state;
      bar.hidden = state !== "running" && state !== "waiting";
      if (state === "waiting") {
        bar.removeAttribute("value");
        say(word, t("export.waiting"));
      }
      if (state === "failed") fill(
        word,
        h("span.bad.row", {}, icon("warning"), t("export.failed", { reason: said(record.error) ?? "" })),
      );
      if (state === "finished") finish(record);
    },
  };
  const finish = (record) => {
    fill(word, h("span.good.row", {}, icon("check"), t("export.finished")),
    h("span", {}, bytes(record.bytes ?? 0)),
      record.lead_seconds > 0.05 && !record.exact && h(
        "span.soft", {}, t("range.lead", { length: length(record.lead_seconds) }),
      ),
      record.gap_seconds > 0.5 && h("span.soft", {}, t("range.gap", { length: length(record.gap_seconds) })));
    fill(facts, h("dt", {}, "SHA-256"), h("dd.row", {}, h("code.hash", {}, record.sha256 ?? "–"),
    record.sha256
      && h("button.plain.small", { type: "button", onclick: () => navigator.clipboard.writeText(record.sha256).then(() => notify(t("copied"))) }, t("copy"))));
    fill(actions,
      h(
        "a.button.primary",
        { href: url(`/exports/${record.id}/video.mp4`, { download: 1 }), download: "" },
        icon("export"), t("export.save"),
      ),
      h(
        "a.button",
        { href: url(`/exports/${record.id}/manifest.json`, { download: 1 }), download: "" },
        t("export.manifest"),
      ),
      h("a.button.plain", { href: url(`/exports/${record.id}/video.mp4`), target: "_blank" }, t("clips.open")));
  };
  card.show(first);
  return card;
}
