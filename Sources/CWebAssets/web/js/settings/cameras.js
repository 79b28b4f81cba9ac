// The cameras of the settings: add, edit with overrides, switch off, remove.

import { send } from "../api.js";
import { ask } from "../dialog.js";
import { empty, fill, h, icon, iconButton } from "../dom.js";
import { t } from "../i18n.js";
import { notify, notifyError } from "../notices.js";
import { said } from "../said.js";
import { CAMERA_LOOK, cameraWord } from "../states.js";
import { status, zone } from "../status.js";
import { cameraForm } from "./camera-form.js";
import { settingField } from "./fields.js";

/** The list with its buttons. */
export function camerasSection(file, reload) {
  const isFixed = Boolean(file.read_only_reason);
  return [
    h("div.row", {}, h("h2", {}, t("settings.cameras")), h("span.spread"),
      h("button.primary", { type: "button", disabled: isFixed, onclick: () => addCamera(reload) }, icon("plus"), t("camera.add"))),
    file.cameras.length ? h(
      "ul.lines", {}, file.cameras.map((camera) => line(camera, file, reload, isFixed)),
    )
      : empty("live", t("live.empty"), t("live.empty.text")),
  ];
}

function line(camera, file, reload, isFixed) {
  const report = status.cameras.find((each) => each.name === camera.name);
  const look = CAMERA_LOOK[report?.state ?? "disabled"];
  const enabled = h("input", {
    type: "checkbox", role: "switch", checked: camera.enabled, disabled: isFixed || !camera.listed || Boolean(camera.fixed_by),
    onchange: async () => {
      try {
        await send("PATCH", `/cameras/${camera.name}`, { enabled: enabled.checked });
        await reload();
      } catch (problem) {
        enabled.checked = camera.enabled;
        notifyError(problem);
      }
    },
  });
  return h("li.row.camera-line", { dataset: { camera: camera.name } },
    h(`span.${look.tone}`, {}, icon(look.icon)),
    h("div", {}, h("strong", {}, camera.name), h("p.soft.small", {}, h("code", {}, camera.url)),
      h(
        "p.small", {}, report ? cameraWord(report, zone()) : t("camera.disabled"),
        report?.reason ? `: ${said(report.reason)}` : "",
      ),
      camera.fixed_by && h("p.warn.small", {}, t("settings.fixed", { by: camera.fixed_by }))),
    h("span.spread"),
    h("label.check", {}, enabled, t("camera.enabled")),
    camera.enabled && h("a.button.icon-only.plain", {
      href: `/doctor?camera=${camera.name}`, "aria-label": t("camera.doctor", { camera: camera.name }),
      title: t("camera.doctor", { camera: camera.name }),
    }, icon("doctor")),
    h(
      "button.edit",
      {
        type: "button", disabled: isFixed || Boolean(camera.fixed_by),
        onclick: () => edit(camera, file, reload),
      },
      icon("edit"), t("edit"),
    ),
    iconButton("trash", t("camera.remove", { camera: camera.name }), () => remove(camera, reload), { disabled: isFixed || !camera.listed || Boolean(camera.fixed_by) }));
}

/** Shows a form in a dialog, which closes when it was sent. */
function showForm(title, make) {
  const dialog = h("dialog.wide", { "aria-label": title, onclose: () => dialog.remove() });
  const close = () => dialog.close();
  const form = make(close);
  form.querySelector(".actions").prepend(
    h("button", { type: "button", onclick: close }, t("cancel"))
  );
  fill(dialog, h("div.stack", {}, h("h2", {}, title), form));
  document.body.append(dialog);
  dialog.showModal();
}

/** Asks for a new camera. */
export function addCamera(reload) {
  showForm(t("camera.add"), (close) => cameraForm({
    submitText: t("camera.add"), testFirst: true,
    submit: async (draft) => {
      await send("POST", "/cameras", draft);
      close();
      notify(t("camera.added", { camera: draft.name }));
      await reload();
    },
  }));
}

function edit(camera, file, reload) {
  const fields = file.keys.filter(
    (key) => key.per_camera && ![
      "RTSP_URL", "USERNAME", "PASSWORD", "NAME", "ENABLED",
    ].includes(key.key)
  )
    .map((key) => {
      const own = camera.overrides[key.key];
      const record = {
        ...key, value: own ?? key.value, origin: own === undefined ? "default" : "file", default_value: key.value ?? key.default_value, fixed_by: undefined,
      };
      return [key.key, settingField(record, { inherited: key.value ?? key.default_value ?? "" })];
    });
  const overrides = () => Object.fromEntries(
    fields.filter(([, each]) => each.isChanged()).map(([key, each]) => [key, each.value()])
  );
  showForm(camera.name, (close) => cameraForm({
    camera, submitText: t("save"),
    extra: h(
      "details", {}, h("summary", {}, t("camera.overrides")),
      fields.map(([, each]) => each.element),
    ),
    submit: async (draft) => {
      const changed = overrides();
      await send("PATCH", `/cameras/${camera.name}`, {
        ...draft, ...(Object.keys(changed).length ? { overrides: changed } : {}),
      });
      close();
      notify(t("settings.saved"));
      await reload();
    },
  }));
}

async function remove(camera, reload) {
  const isGone = await ask({
    title: t("camera.remove", { camera: camera.name }),
    body: h("p", {}, t("camera.remove.text")), confirm: t("remove"), danger: true,
    submit: () => send("DELETE", `/cameras/${camera.name}`).then(() => true),
  });
  if (isGone) await reload();
}
