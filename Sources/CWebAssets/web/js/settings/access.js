// Who may log in, and programs that may ask.

import { get, send } from "../api.js";
import { ask, tell } from "../dialog.js";
import { fill, h, icon, iconButton } from "../dom.js";
import { t, wordsFor } from "../i18n.js";
import { notify } from "../notices.js";
import { field } from "../screens/enter.js";
import { session } from "../session.js";
import { rightsFields, rightsOf, rightsWords } from "./rights.js";

/** The section with users, tokens and one's own password. */
export function accessSection(signal) {
  const users = h("ul.lines");
  const tokens = h("ul.lines");
  const load = async () => {
    const [known, keys] = await Promise.all([
      get("/users", {}, { signal }), get("/tokens", {}, { signal }),
    ]);
    fill(users, known.users.map((user) => userLine(user, load)));
    fill(
      tokens,
      keys.tokens.length ? keys.tokens.map(
        (token) => tokenLine(token, load)
      ) : h("li.soft", {}, t("tokens.none")),
    );
  };
  load().catch(
    (problem) => problem.name !== "AbortError" && fill(users, h("li.bad", {}, wordsFor(problem)))
  );
  return h("section.panel.stack", { "aria-label": t("access") },
    h("div.row", {}, h("h2", {}, t("access")), h("span.spread"),
      h("button", { type: "button", onclick: changePassword }, t("password.change")),
      h("button", { type: "button", onclick: () => addUser(load) }, icon("plus"), t("user.add"))), users,
    h("div.row", {}, h("h3", {}, t("tokens")), h("span.spread"),
      h("button", { type: "button", onclick: () => addToken(load) }, icon("plus"), t("token.add"))), tokens);
}

const cameraNames = async () => (await get("/cameras")).cameras.map((camera) => camera.name);

const userLine = (user, load) => h("li.row", { dataset: { user: user.name } }, icon("user"),
  h("strong", {}, user.name), h("span.soft", {}, rightsWords(user)), h("span.spread"),
  iconButton("edit", t("user.edit", { user: user.name }), async () => {
    const names = await cameraNames();
    const done = await ask({
      title: t("user.edit", { user: user.name }), confirm: t("save"),
      body: h(
        "div.stack", {}, rightsFields(names, user),
        field(
          "password", t("password.new"), { type: "password", autocomplete: "new-password" },
          t("password.empty"),
        ),
      ),
      submit: (data) => send("PATCH", `/users/${encodeURIComponent(user.name)}`, {
        ...rightsOf(data), ...(data.get("password") ? { password: data.get("password") } : {}),
      }).then(() => true),
    });
    if (done) load();
  }),
  iconButton("trash", t("user.remove", { user: user.name }), async () => {
    const done = await ask({
      title: t("user.remove", { user: user.name }), body: h("p", {}, t("user.remove.text")),
      confirm: t("remove"), danger: true,
      submit: () => send("DELETE", `/users/${encodeURIComponent(user.name)}`).then(() => true),
    });
    if (done) load();
  }, { disabled: user.name === session.user }));

const tokenLine = (token, load) => h("li.row", {}, icon("settings"),
  h("strong", {}, token.name), h("span.soft", {}, rightsWords(token)), h("span.spread"),
  iconButton("trash", t("token.remove", { token: token.name }), async () => {
    const done = await ask({
      title: t("token.remove", { token: token.name }), body: h("p", {}, t("token.remove.text")),
      confirm: t("remove"), danger: true,
      submit: () => send("DELETE", `/tokens/${token.id}`).then(() => true),
    });
    if (done) load();
  }));

async function addUser(load) {
  const names = await cameraNames();
  const done = await ask({
    title: t("user.add"), confirm: t("user.add"),
    body: h("div.stack", {}, field("name", t("user"), { autocomplete: "off" }), rightsFields(names),
      field("password", t("password"), { type: "password", autocomplete: "new-password" }, t("setup.password.hint"))),
    submit: (data) => send("POST", "/users", {
      name: data.get("name").trim(), ...rightsOf(data), password: data.get("password"),
    }).then(() => true),
  });
  if (done) load();
}

async function addToken(load) {
  const names = await cameraNames();
  const made = await ask({
    title: t("token.add"), confirm: t("token.add"),
    body: h(
      "div.stack", {},
      field("name", t("token.name"), { autocomplete: "off", placeholder: "prometheus" }),
      rightsFields(names),
    ),
    submit: (data) => send("POST", "/tokens", {
      name: data.get("name").trim(), ...rightsOf(data),
    }),
  });
  if (!made) return;
  load();
  tell({
    title: t("token.made"),
    body: [h("p", {}, t("token.once")), h("code.secret", { tabindex: "0" }, made.token)],
  });
}

async function changePassword() {
  const done = await ask({
    title: t("password.change"), confirm: t("save"),
    body: h("div.stack", {}, field("old", t("password.old"), {
      type: "password", autocomplete: "current-password",
    }),
      field("new", t("password.new"), { type: "password", autocomplete: "new-password" }, t("setup.password.hint"))),
    submit: (data) => send("PUT", "/session/password", {
      old: data.get("old"), new: data.get("new"),
    }).then(() => true),
  });
  if (done) notify(t("password.changed"));
}

