import { fill, h } from "./dom.js";
import { t, wordsFor } from "./i18n.js";

let count = 0;

/**
 * Shows a dialog and resolves when it is closed: to what `submit` returned, or null if the person
 * changed their mind. What `submit` throws is said in the dialog, which then stays open.
 */
export function ask({ title, body, confirm, danger = false, wide = false, submit = () => true }) {
  return new Promise((resolve) => {
    const id = `dialog-${count += 1}`;
    const error = h("p.bad", { role: "alert", hidden: true });
    const button = h(`button.primary`, { type: "submit" }, confirm ?? t("ok"));
    let result = null;
    const dialog = h(`dialog${wide ? ".wide" : ""}`, { "aria-labelledby": id, onclose: () => {
      dialog.remove();
      resolve(result);
    } }, h("form", {
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        button.disabled = true;
        error.hidden = true;
        try {
          result = await submit(new FormData(event.target), event.target);
          dialog.close();
        } catch (problem) {
          say(problem);
        }
        button.disabled = false;
      },
    }, h("h2", { id }, title), body, error, h("div.actions", {},
      h("button", { type: "button", onclick: () => dialog.close() }, t("cancel")), button)));
    if (danger) button.classList.add("danger-fill");
    const say = (problem) => {
      error.hidden = false;
      fill(error, wordsFor(problem));
      const field = problem.field && dialog.querySelector(`[name="${CSS.escape(problem.field)}"]`);
      field?.setAttribute("aria-invalid", "true");
      field?.focus();
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Shows something to read; resolves when it is closed. */
export function tell({ title, body, wide = false }) {
  return new Promise((resolve) => {
    const id = `dialog-${count += 1}`;
    const dialog = h(`dialog${wide ? ".wide" : ""}`, { "aria-labelledby": id, onclose: () => {
      dialog.remove();
      resolve();
    } }, h("div.stack", {}, h("h2", { id }, title), body, h("div.actions", {},
      h("button.primary", { type: "button", autofocus: true, onclick: () => dialog.close() }, t("close")))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
