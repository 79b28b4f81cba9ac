import { h, icon, iconButton } from "./dom.js";
import { t, wordsFor } from "./i18n.js";

const box = h("div.notices", { role: "status" });

/** Where notices appear; stands once in the page. */
export const noticeBox = box;

/** Says something for a few seconds; an error stays until it is closed. */
export function notify(text, { bad = false } = {}) {
  const notice = h(`div.notice${bad ? ".bad" : ""}`, { role: bad ? "alert" : null },
    icon(bad ? "warning" : "check"), h("p", {}, text));
  const close = () => notice.remove();
  notice.append(iconButton("close", t("close"), close));
  box.append(notice);
  if (!bad) setTimeout(close, 6000);
}

/** Says why something did not work. */
export function notifyError(error) {
  if (error.name !== "AbortError") notify(wordsFor(error), { bad: true });
}
