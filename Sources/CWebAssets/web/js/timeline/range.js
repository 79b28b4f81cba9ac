// A stretch of time between two handles, to be exported or protected.

import { send } from "../api.js";
import { fill, h, icon, iconButton } from "../dom.js";
import { bytes, date, length } from "../format.js";
import { t, wordsFor } from "../i18n.js";
import { notify } from "../notices.js";
import { isAllowed } from "../session.js";
import { recorderNow, zone } from "../status.js";
import { dateText, instantOfFields, iso, timeText } from "../zone.js";
import { instantAt, place } from "./scale.js";

const SHORTEST = 1000;

/**
 * Makes the panel and the handles. `read` returns the scene with its `range` and `cameras`,
 * `act.range` takes another range or null, `act.changed` is called after something was protected.
 */
export function makeRange({ read, act, signal }) {
  const handles = ["from", "to"].map((edge) => makeHandle(edge, read, act));
  const size = h("p.range-size", { role: "status" });
  const parts = h("ul.soft.small");
  const cameras = h("fieldset.row", {}, h("legend", {}, t("range.cameras")));
  const fields = h("div.range-fields");
  const exact = h("input", { type: "checkbox" });
  const note = h("input", {
    type: "text", placeholder: t("range.note"), "aria-label": t("range.note"), maxlength: "200",
  });
  const error = h("p.bad", { role: "alert" });
  const chosen = new Set();
  let asking = null;
  let timer = 0;

  const draft = () => {
    const { range } = read();
    return {
      cameras: [...chosen], from: iso(range.from), to: iso(range.to),
      ...(exact.checked ? { exact: true } : {}),
    };
  };

  const estimate = () => {
    clearTimeout(timer);
    asking?.abort();
    if (!chosen.size) {
      fill(size, t("range.none"));
      fill(parts);
      return;
    }
    timer = setTimeout(async () => {
      asking = new AbortController();
      try {
        const answer = await send("POST", "/exports/estimate", draft(), { signal: asking.signal });
        showEstimate(answer);
      } catch (problem) {
        if (problem.name !== "AbortError") fill(size, wordsFor(problem));
      }
    }, 150);
  };

  const showEstimate = (answer) => {
    const { range } = read();
    fill(size, h("strong", {}, bytes(answer.bytes)), h("span.soft", {}, t("range.for", {
      length: length((range.to - range.from) / 1000), count: answer.parts.length,
    })));
    fill(parts, answer.parts.map((part) => h("li", {}, `${part.camera}: `, part.clips
      ? [bytes(part.bytes), part.lead_seconds > 0.05 && !exact.checked && t("range.lead", {
        length: length(part.lead_seconds),
      }),
        part.gap_seconds > 0.5 && t("range.gap", { length: length(part.gap_seconds) })].filter(Boolean).join(", ")
      : t("range.nothing"))));
  };

  const act2 = async (action) => {
    error.textContent = "";
    try {
      await action();
    } catch (problem) {
      error.textContent = wordsFor(problem);
    }
  };
  const exportIt = () => act2(async () => {
    await send("POST", "/exports", draft());
    notify(t("range.exporting"));
    act.range(null);
    act.exported();
  });
  const protectIt = () => act2(async () => {
    for (const camera of chosen) {
      const { from, to } = draft();
      await send("POST", "/protections", {
        camera, from, to, ...(note.value ? { note: note.value } : {}),
      });
    }
    notify(t("range.protected"));
    act.range(null);
    act.changed();
  });

  const element = h("section.range.panel", { hidden: true, "aria-label": t("range.title") },
    h("div.row", {}, h("h2", {}, t("range.title")), h("span.spread"),
      iconButton("close", t("range.close"), () => act.range(null))),
    h("div.range-columns", {},
      h("div.stack", {}, fields, h("div.row", {}, presets(read, act))),
      h("div.stack", {}, cameras, h("label.check", {}, exact, t("range.exact"))),
      h("div.stack", {}, size, parts)),
    error,
    h("div.row", {}, note,
      h("button", { type: "button", onclick: protectIt }, icon("shield"), t("protect")),
      h("span.spread"),
      h("a.button.plain", { href: "/export" }, t("range.list")),
      h("button.primary", { type: "button", onclick: exportIt }, icon("export"), t("export"))));
  exact.addEventListener("change", estimate);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    asking?.abort();
  });

  return {
    element, handles: handles.map((handle) => handle.element), exportIt, protectIt,
    focusNote: () => note.focus(),
    show() {
      const { range, lanes } = read();
      element.hidden = !range;
      for (const handle of handles) handle.show();
      if (!range) {
        chosen.clear();
        cameras.dataset.key = "";
        return;
      }
      const key = lanes.map((lane) => lane.camera).join();
      if (cameras.dataset.key !== key) {
        cameras.dataset.key = key;
        for (const name of read().cameras) chosen.add(name);
        fill(cameras, h("legend", {}, t("range.cameras")),
        lanes.map((lane) => h("label.check", {}, h("input", {
          type: "checkbox", checked: chosen.has(lane.camera), onchange: (event) => {
            if (event.target.checked) chosen.add(lane.camera);
            else chosen.delete(lane.camera);
            estimate();
          },
        }), lane.camera)));
      }
      fillFields(fields, range, act);
      estimate();
    },
  };
}

function fillFields(box, range, act) {
  if (box.contains(document.activeElement)) return;
  fill(box, ["from", "to"].map((edge) => {
    const day = h("input", {
      type: "date", "aria-label": t(`range.${edge}.date`), value: dateText(range[edge], zone()),
    });
    const time = h("input", {
      type: "time", step: "1", "aria-label": t(`range.${edge}.time`),
      value: timeText(range[edge], zone()),
    });
    const change = () => {
      const at = instantOfFields(day.value, time.value, zone());
      if (at !== null) act.range(ordered({ ...range, [edge]: at }, edge));
    };
    day.addEventListener("change", change);
    time.addEventListener("change", change);
    return h("div.row.nowrap", {}, h("span.range-edge", {}, t(`range.${edge}`)), day, time);
  }));
}

/** The range with its edges at least a second apart; the other edge gives way. */
export function ordered(range, moved) {
  if (range.to - range.from >= SHORTEST) return range;
  return moved === "from" ? { from: range.from, to: range.from + SHORTEST }
    : { from: range.to - SHORTEST, to: range.to };
}

function presets(read, act) {
  const around = (before, after) => () => {
    const { at } = read();
    act.range({ from: at - before, to: Math.min(at + after, recorderNow()) });
  };
  const minute = () => {
    const from = Math.floor(read().at / 60_000) * 60_000;
    act.range({ from, to: from + 60_000 });
  };
  const clip = () => {
    const found = act.clipHere();
    if (found) act.range({ from: found.start, to: found.end });
  };
  return [["range.minute", minute], ["range.five", around(300_000, 300_000)], ["range.clip", clip]]
    .map(([key, onclick]) => h("button.small", { type: "button", onclick }, t(key)));
}

/** A handle is a slider of its own, for fingers and for keys. */
function makeHandle(edge, read, act) {
  const element = h(`div.handle.${edge}`, {
    role: "slider", tabindex: "0", hidden: true, "aria-label": t(`range.${edge}`),
  },
    icon(edge === "from" ? "in" : "out"));
  const move = (at) => {
    const { range } = read();
    act.range(ordered({ ...range, [edge]: Math.min(at, recorderNow()) }, edge));
  };
  element.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (!element.hasPointerCapture(event.pointerId)) return;
    const box = element.parentElement.getBoundingClientRect();
    move(instantAt(read().view, (event.clientX - box.left) / box.width));
  });
  element.addEventListener("keydown", (event) => {
    const step = {
      ArrowLeft: -1000, ArrowRight: 1000, PageUp: 60_000, PageDown: -60_000,
    }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    move(read().range[edge] + step * (event.shiftKey ? 10 : 1));
  });
  return {
    element,
    show() {
      const { range, view } = read();
      const where = range ? place(view, range[edge]) : -1;
      element.hidden = where < -0.001 || where > 1.001;
      if (element.hidden) return;
      element.style.left = `${where * 100}%`;
      element.setAttribute("aria-valuenow", String(Math.round(range[edge] / 1000)));
      element.setAttribute(
        "aria-valuetext", `${date(range[edge], zone())} ${timeText(range[edge], zone())}`,
      );
    },
  };
}

