// The clips as a table: the time line for screen readers, and plain links to plain files.

import { get, send, url } from "../api.js";
import { empty, fill, h, icon } from "../dom.js";
import { bytes, clock, date, figure } from "../format.js";
import { t } from "../i18n.js";
import { notify, notifyError } from "../notices.js";
import { isAllowed } from "../session.js";
import { status, zone } from "../status.js";
import { note } from "../url.js";
import { dayStart, instantOfFields, iso, timeText } from "../zone.js";

/** Opens the screen; the address has `camera`, `day` and `order`. */
export async function open({ parameters, signal }) {
  const state = {
    camera: parameters.camera ?? "", day: parameters.day ?? "", order: parameters.order ?? "newest",
  };
  const body = h("tbody");
  const sum = h("p.soft", { role: "status" });
  const more = h("button", { type: "button", hidden: true }, t("clips.more"));
  const nothing = h("div");
  const table = h("table", {}, h("caption.unseen", {}, t("nav.clips")), h("thead", {}, h("tr", {},
    ["camera", "start", "length", "size", "state", "actions"].map((name) => h("th", { scope: "col", class: name }, t(`clips.${name}`))))), body);
  const camera = h("select", {
    "aria-label": t("clips.camera"),
  }, h("option", { value: "" }, t("clips.all")),
    status.cameras.map(({ name }) => h("option", { value: name }, name)));
  const day = h("input", { type: "date", "aria-label": t("clips.day"), value: state.day });
  const order = h("select", { "aria-label": t("clips.order") },
    ["newest", "oldest"].map((name) => h("option", { value: name }, t(`clips.${name}`))));
  camera.value = state.camera;
  order.value = state.order;
  let next = null;

  const query = () => {
    const from = state.day && instantOfFields(state.day, "00:00", zone());
    return {
      camera: state.camera, order: state.order, limit: 100,
      ...(from ? { from: iso(from), to: iso(dayStart(from, zone(), 1)) } : {}),
    };
  };
  const load = async (cursor) => {
    more.disabled = true;
    if (!cursor) fill(
      body,
      Array.from({ length: 6 }, () => h("tr", {}, h("td", { colspan: "6" }, h("div.skeleton")))),
    );
    const page = await get("/clips", { ...query(), cursor }, { signal });
    next = page.next ?? null;
    if (!cursor) fill(body);
    body.append(...page.clips.map(row));
    more.hidden = !next;
    more.disabled = false;
    table.hidden = !body.children.length;
    fill(
      nothing,
      !body.children.length && empty(
        "clips", t("clips.none"),
        t(state.day || state.camera ? "clips.none.filter" : "clips.none.yet"),
      ),
    );
    fill(
      sum,
      t("clips.sum", {
        count: page.total, number: figure(page.total), size: bytes(page.total_bytes),
      }),
    );
  };
  const change = () => {
    Object.assign(state, { camera: camera.value, day: day.value, order: order.value });
    note({
      camera: state.camera, day: state.day, order: state.order === "newest" ? "" : state.order,
    });
    load().catch(notifyError);
  };
  for (const each of [camera, day, order]) each.addEventListener("change", change);
  more.addEventListener("click", () => load(next).catch(notifyError));
  await load();
  return {
    title: t("nav.clips"),
    element: h("div.screen", {}, h("div.screen-head", {}, h("h1", {}, t("nav.clips")), sum,
      h("div.row.spread", {}, camera, day, order)), h("div.table-box", {}, table), nothing, more),
  };
}

function row(clip) {
  const start = Date.parse(clip.start);
  const when = `${date(start, zone())} ${timeText(start, zone())}`;
  const at = iso(start).replace(".000", "");
  const keep = h("td.state", {}, stateOf(clip));
  return h("tr", {},
    h("th.camera", { scope: "row" }, clip.camera),
    h(
      "td.start", {},
      h(
        "a", { href: `/timeline?at=${at}&cams=${clip.camera}` },
        h("time", { datetime: clip.start }, when),
      ),
    ),
    h("td.length", {}, clock((Date.parse(clip.end) - start) / 1000)),
    h("td.size", {}, bytes(clip.bytes)), keep,
    h("td.actions", {}, h("div.row.nowrap", {},
      h(
        "a.button.plain",
        {
          href: url(`/clips/${clip.id}/video.mp4`), target: "_blank",
          "aria-label": t("clips.open.label", { when }),
        },
        t("clips.open"),
      ),
      h("a.button.plain.icon-only", {
        href: url(`/clips/${clip.id}/video.mp4`, { download: 1 }),
        download: "", title: t("clips.download"), "aria-label": t("clips.download.label", { when }),
      }, icon("export")),
      isAllowed("operator") && !clip.protected && h("button.plain.icon-only", {
        type: "button", title: t("protect"), "aria-label": t("clips.protect.label", { when }),
        onclick: async (event) => {
          const button = event.currentTarget;
          try {
            await send("POST", "/protections", {
              camera: clip.camera, from: clip.start, to: clip.end,
            });
            fill(keep, stateOf({ ...clip, protected: true }));
            button.remove();
            notify(t("range.protected"));
          } catch (problem) {
            notifyError(problem);
          }
        },
      }, icon("shield")))));
}

const stateOf = (clip) => [
  clip.open && h("span.tag.good", {}, icon("record"), t("clips.recording")),
  clip.protected && h("span.tag", {}, icon("shield"), t("protected")),
  clip.clock_uncertain && h("span.tag.warn", {}, icon("warning"), t("clips.clock")),
  clip.lost_packets > 0 && h(
    "span.tag.warn", {}, icon("warning"), t("clips.lost", { count: clip.lost_packets }),
  ),
];
