// Every setting with unit, default and effect; cameras; who may log in.

import { get, send } from "../api.js";
import { fill, h, icon } from "../dom.js";
import { t, wordsFor } from "../i18n.js";
import { notify } from "../notices.js";
import { session } from "../session.js";
import { accessSection } from "../settings/access.js";
import { addCamera, camerasSection } from "../settings/cameras.js";
import { GROUPS, settingField } from "../settings/fields.js";
import { noticeTest } from "../settings/notice-test.js";
import { parameters as current } from "../url.js";

/** Opens the screen; `camera` in the address opens that camera's dialog, `add` that of a new one. */
export async function open({ parameters, signal }) {
  let file = await get("/settings", {}, { signal });
  const head = h("div");
  const cameras = h("section.panel.stack", { id: "cameras", "aria-label": t("settings.cameras") });
  const groups = h("div.stack");
  const bar = h("div.save-bar", { hidden: true });
  const error = h("p.bad", { role: "alert" });
  const fields = new Map();

  const changes = () => Object.fromEntries([...fields].filter(([, each]) => each.isChanged())
    .map(([key, each]) => [key, each.value()]));
  const showBar = () => {
    const count = Object.keys(changes()).length;
    bar.hidden = !count;
    fill(bar, error, h("p", {}, t("settings.changed", { count })), h("span.spread"),
      h("button", { type: "button", onclick: () => take(file) }, t("settings.discard")),
      h("button.primary", { type: "submit" }, t("save")));
  };
  const save = async (event) => {
    event.preventDefault();
    error.textContent = "";
    for (const each of fields.values()) each.say("");
    try {
      take(await send("PATCH", "/settings", changes()));
      notify(t("settings.saved"));
    } catch (problem) {
      const wrong = fields.get(problem.field);
      if (wrong) wrong.say(wordsFor(problem));
      else error.textContent = wordsFor(problem);
    }
  };
  const reload = async () => take(await get("/settings", {}, { signal }));

  const take = (next) => {
    file = next;
    fields.clear();
    fill(head, h("p.soft", {}, t("settings.file"), " ", h("code", {}, file.file)),
      file.read_only_reason && h("p.panel.warn.row", {}, icon("warning"), file.read_only_reason),
      file.error && h("p.panel.bad.row", { role: "alert" }, icon("warning"), file.error));
    fill(cameras, camerasSection(file, reload));
    const known = new Set(GROUPS.flatMap(([, keys]) => keys));
    const rest = file.keys.map((key) => key.key).filter(
      (key) => !known.has(key) && !["RTSP_URL", "CAMERAS", "NAME", "ENABLED", "MAX_SIZE_GB"].includes(key)
    );
    fill(groups, [...GROUPS, ["more", rest]].map(([name, keys]) => {
      const records = keys.map((key) => file.keys.find((each) => each.key === key)).filter(Boolean);
      return records.length > 0 && h("section.panel", {
        "aria-label": t(`settings.group.${name}`),
      }, h("h2", {}, t(`settings.group.${name}`)),
        records.map((record) => {
          const made = settingField(record, {
            isReadOnly: Boolean(file.read_only_reason), onChange: showBar,
          });
          fields.set(record.key, made);
          return made.element;
        }), name === "notices" && noticeTest());
    }));
    showBar();
  };
  take(file);

  return {
    title: t("nav.settings"),
    element: h("div.screen.narrow", {}, h(
      "div.screen-head", {}, h("h1", {}, t("nav.settings")), head,
    ), cameras,
      h("form.stack", { onsubmit: save, novalidate: true }, groups, bar), session.user && accessSection(signal)),
    shown() {
      const { add, camera } = { ...parameters, ...current() };
      if (add) addCamera(reload);
      if (camera) cameras.querySelector(`[data-camera="${CSS.escape(camera)}"] .edit`)?.click();
    },
  };
}
