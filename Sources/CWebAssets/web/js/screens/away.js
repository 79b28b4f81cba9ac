// The recordings' disk is not mounted: since when, what that means, and what to do.

import { send } from "../api.js";
import { ask } from "../dialog.js";
import { h, icon } from "../dom.js";
import { date } from "../format.js";
import { t } from "../i18n.js";
import { notify } from "../notices.js";
import { isAllowed } from "../session.js";
import { status, zone } from "../status.js";

/** What stands in the place of the recordings. */
export function awayPanel() {
  const { since } = status.volume;
  const folder = status.output_folder;
  return h("section.panel.stack", { "aria-label": t("away.title") },
    h("p.bad.row", {}, icon("warning"), h("strong", {}, t("away.title"))),
    h("p", {}, since && `${t("since", { time: date(Date.parse(since), zone(), { time: true }) })} `,
      t("away.text", { folder })),
    h("ol.stack", {},
      h("li", {}, h("strong", {}, t("away.mount")), h("p.soft", {}, t("away.mount.text"))),
      h("li", {}, h("strong", {}, t("away.adopt")), h("p.soft", {}, t("away.adopt.text")),
        isAllowed("admin") ? h("button", { type: "button", onclick: adopt }, t("away.adopt.go"))
          : h("code", {}, `cctv volume adopt ${folder}`))));
}

async function adopt() {
  const isDone = await ask({
    title: t("away.adopt"), confirm: t("away.adopt.go"), danger: true,
    body: h("p", {}, t("away.adopt.sure", { folder: status.output_folder })),
    submit: () => send("POST", "/storage/adopt").then(() => true),
  });
  if (isDone) notify(t("away.adopt.done"));
}
