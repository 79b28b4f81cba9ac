// Loads the language, finds out who is logged in, and shows the screen that the address names.

import { whenLoggedOut } from "./api.js";
import { empty, fill, h } from "./dom.js";
import { loadLanguage, t, wordsFor } from "./i18n.js";
import { hearKeys, setScreenKeys, showKeys } from "./keys.js";
import { loadSession, session } from "./session.js";
import { buildShell } from "./shell.js";
import { beginStatus, endStatus } from "./status.js";
import { followLinks, go, onChange, parameters } from "./url.js";

const SCREENS = {
  "/live": () => import("./screens/live.js"),
  "/timeline": () => import("./screens/timeline.js"),
  "/clips": () => import("./screens/clips.js"),
  "/export": () => import("./screens/export.js"),
  "/storage": () => import("./screens/storage.js"),
  "/settings": () => import("./screens/settings.js"),
  "/log": () => import("./screens/log.js"),
  "/doctor": () => import("./screens/doctor.js"),
};

let shell = null;
let shown = null;

async function begin() {
  await loadLanguage();
  await loadSession();
  if (session.state !== "open") return enter();
  if (session.needs_camera && location.pathname !== "/settings") {
    await beginStatus();
    const { showWizard } = await import("./screens/wizard.js");
    await showWizard();
    return location.assign("/live");
  }
  await beginStatus();
  whenLoggedOut(
    () => location.assign(`/login?then=${encodeURIComponent(location.pathname + location.search)}`)
  );
  shell = buildShell();
  hearKeys({
    "?": showKeys, n: () => go("/live"), t: () => go("/timeline"),
  });
  onChange(show);
  followLinks(document);
  addEventListener("pagehide", endStatus);
  await show();
}

/** Shows the screen of the address; a screen that is shown already takes the new query itself. */
async function show() {
  const path = location.pathname in SCREENS ? location.pathname : "/live";
  if (shown?.path === path && shown.screen.update) return shown.screen.update(parameters());
  shown?.ended.abort();
  const ended = new AbortController();
  shown = { path, ended, screen: {} };
  setScreenKeys({});
  shell.mark(path);
  fill(shell.main, h("div.screen", { "aria-busy": "true" }, h("div.skeleton"), h("div.skeleton")));
  try {
    const { open } = await SCREENS[path]();
    const screen = await open({ parameters: parameters(), signal: ended.signal });
    if (ended.signal.aborted) return undefined;
    shown.screen = screen;
    document.title = `${screen.title} · cctv`;
    fill(shell.main, screen.element);
    shell.main.focus({ preventScroll: true });
    screen.shown?.();
  } catch (error) {
    if (ended.signal.aborted || error.name === "AbortError") return undefined;
    fill(shell.main, empty("warning", t("error.screen"), wordsFor(error),
      h("button", { type: "button", onclick: () => { shown = null; show(); } }, t("again"))));
    if (!error.status && error.status !== 0) throw error;
  }
  return undefined;
}

async function enter() {
  const { showSetup, showLogin } = await import("./screens/enter.js");
  if (session.state === "setup") await showSetup({
    token: new URLSearchParams(location.hash.slice(1)).get("token"),
  });
  else await showLogin();
  const then = parameters().then;
  location.assign(then?.startsWith("/") && !then.startsWith("//") ? then : "/live");
}

begin().catch((error) => {
  fill(document.body, h("main", {}, empty("warning", t("error.start"), wordsFor(error),
    h("button.primary", { type: "button", onclick: () => location.reload() }, t("again")))));
  throw error;
});
