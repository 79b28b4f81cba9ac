// Before anything else: choose the first password, or log in.

import { send } from "../api.js";
import { fill, h, icon } from "../dom.js";
import { t, wordsFor } from "../i18n.js";

/** Asks for the first user and password; resolves when they are set. `token` came with the link, behind its #. */
export function showSetup({ token }) {
  return new Promise((resolve) => {
    const code = token ? null : field(
      "token", t("setup.token"), { autocomplete: "off", required: true }, t("setup.token.hint"),
    );
    const password = field("password", t("password"), {
      type: "password", autocomplete: "new-password", minlength: "10", required: true,
    }, t("setup.password.hint"));
    const again = field("again", t("setup.again"), {
      type: "password", autocomplete: "new-password", required: true,
    });
    card(t("setup.title"), t("setup.text"), [
      code, field("user", t("user"), {
        autocomplete: "username", value: "admin", required: true,
      }), password, again,
    ], t("setup.go"), async (data) => {
      if (data.get("password") !== data.get("again")) {
        throw Object.assign(new Error(t("setup.differ")), { field: "again" });
      }
      await send("POST", "/setup", {
        token: token ?? data.get("token").trim(), user: data.get("user").trim(), password: data.get("password"),
      });
      history.replaceState(null, "", "/");
      resolve();
    });
  });
}

/** Asks for user and password; resolves when they are right. */
export function showLogin() {
  return new Promise((resolve) => {
    card(t("login.title"), null, [
      field("user", t("user"), { autocomplete: "username", required: true, autofocus: true }),
      field("password", t("password"), {
        type: "password", autocomplete: "current-password", required: true,
      }),
    ], t("login.go"), async (data) => {
      await send("POST", "/login", {
        user: data.get("user").trim(), password: data.get("password"),
      });
      resolve();
    });
  });
}

/** A labelled field with a hint below it. */
export function field(name, label, properties = {}, hint = null) {
  const input = h("input", {
    name, id: `field-${name}`, "aria-describedby": hint ? `hint-${name}` : null, ...properties,
  });
  return h("div.field", {}, h("label", { for: `field-${name}` }, label), input,
    hint && h("p.soft.small", { id: `hint-${name}` }, hint));
}

function card(title, text, fields, action, submit) {
  const error = h("p.bad", { role: "alert" });
  const button = h("button.primary", { type: "submit" }, action);
  const form = h("form.card.stack", {
    onsubmit: async (event) => {
      event.preventDefault();
      error.textContent = "";
      button.disabled = true;
      try {
        await submit(new FormData(form));
      } catch (problem) {
        fill(error, icon("warning"), wordsFor(problem));
        form.elements[problem.field]?.focus();
      }
      button.disabled = false;
    },
  }, h("div.brand", {}, h("img", { src: "/assets/icon.svg", alt: "" }), "cctv"), h("h1", {}, title),
  text && h("p.soft", {}, text), fields, error, button);
  document.title = `${title} · cctv`;
  fill(document.body, h("main.enter", {}, form));
  (form.querySelector("[autofocus]") ?? form.querySelector("input"))?.focus();
}
