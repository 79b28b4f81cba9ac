// A notice that is sent to try whether notices arrive, and what became of it in words.

import { send } from "../api.js";
import { fill, h, icon } from "../dom.js";
import { t, wordsFor } from "../i18n.js";
import { said } from "../said.js";

const LOOKS = {
  arrived: { icon: "check", tone: "good" },
  failed: { icon: "warning", tone: "bad" },
  kept_back: { icon: "minus", tone: "soft" },
};

/** A button and the place where its result is said. */
export function noticeTest() {
  const results = h("ul", { "aria-live": "polite" });
  const button = h("button", { type: "button", onclick: async () => {
    button.disabled = true;
    fill(results, h("li.row.soft", {}, icon("wait"), t("notice.sending")));
    try {
      const answer = await send("POST", "/notifications/test");
      fill(results, answer.results.map(result));
    } catch (problem) {
      fill(results, h("li.row.bad", {}, icon("warning"), wordsFor(problem)));
    }
    button.disabled = false;
  } }, icon("out"), t("notice.test"));
  return h("div.setting", {}, h("div.setting-name", {}, h("strong", {}, t("notice.title"))),
    h("div.setting-value", {}, button),
    h("div.setting-words.small", {}, h("p", {}, t("notice.text")), results));
}

function result({ way, state, reason }) {
  const look = LOOKS[state];
  return h(`li.row.nowrap.${look.tone}`, { dataset: { way, state } }, icon(look.icon),
    h("span", {}, h("strong", {}, `${t(`notice.way.${way}`)}: `),
      t(`notice.${state}.${way === "ping" ? "ping" : "notice"}`, { reason: said(reason) ?? "" })));
}
