// The frame around every screen: product, ways, the state in a word, and what is wrong.

import { send } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { chooseLanguage, language, languages, t } from "./i18n.js";
import { showKeys } from "./keys.js";
import { noticeBox } from "./notices.js";
import { said } from "./said.js";
import { RECORDER_LOOK, stateWord } from "./states.js";
import { heard, listen, status, when } from "./status.js";
import { isAllowed, session } from "./session.js";

const WAYS = [
  ["/live", "live", "viewer"], ["/timeline", "timeline", "viewer"], ["/clips", "clips", "viewer"],
  ["/export", "export", "operator"], ["/storage", "storage", "viewer"],
  ["/settings", "settings", "admin"], ["/log", "log", "operator"],
  ["/doctor", "doctor", "operator"],
];
const TABS = ["/live", "/timeline", "/clips", "/storage"];

/** Builds the frame; returns where screens go, and what marks the way that is gone. */
export function buildShell() {
  const main = h("main", { id: "main", tabindex: "-1" });
  const pill = h("a.pill", { href: "/live", role: "status", "aria-live": "polite" });
  const problems = h("div.problems", { role: "region", "aria-label": t("problems") });
  const ways = WAYS.filter(([, , role]) => isAllowed(role));
  const nav = h("nav.nav", { "aria-label": t("nav") }, h("ul", {}, ways.map(way)));
  const tabs = h("nav.nav.tabs", { "aria-label": t("nav.tabs") },
    h("ul", {}, ways.filter(([path]) => TABS.includes(path)).map(way)));
  fill(document.body,
    h("a.button.skip", { href: "#main", onclick: (event) => {
      event.preventDefault();
      main.focus();
    } }, t("skip")),
    h("div.shell", {},
      h("header.topbar", {},
        h("a.product", { href: "/live" }, h("img", { src: "/assets/icon.svg", alt: "" }), "cctv"),
        nav, h("span.spread"), pill, menu(ways.filter(([path]) => !TABS.includes(path)))),
      problems, main),
    tabs, noticeBox);
  const show = () => {
    showPill(pill);
    showProblems(problems);
  };
  listen("status", show);
  listen("heard", show);
  show();
  return { main, mark: (path) => {
    for (const link of document.querySelectorAll(".nav a")) {
      if (link.pathname === path) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  } };
}

const way = ([path, name]) => h("li", {}, h("a", { href: path },
  path && h("span.only-phone", {}, icon(name)), t(`nav.${name}`)));

function showPill(pill) {
  const look = heard ? RECORDER_LOOK[status.state] : { icon: "wait", tone: "unknown" };
  const word = heard ? stateWord(status) : t("state.unheard");
  if (pill.dataset.word === word) return;
  pill.dataset.word = word;
  pill.className = `pill ${look.tone}`;
  fill(pill, icon(look.icon), h("span", {}, word));
}

const MILD = ["clock.uncertain", "protections.crowd", "volume.slow", "settings.refused"];
const REMEDIES = {
  "camera.refused": "/settings", "camera.silent": "/settings", "settings.refused": "/settings",
  "volume.down": "/storage", "volume.slow": "/storage", "protections.crowd": "/storage",
};

function showProblems(box) {
  const shown = heard ? status.problems.slice(0, 3) : [
    { code: "unheard", text: t("unheard.text") },
  ];
  const key = JSON.stringify(shown) + status.problems.length;
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  fill(box, shown.map((problem) => h(`div.problem${MILD.includes(problem.code) ? ".mild" : ""}`, {},
    icon("warning"),
    h("p", {}, sentence(problem), problem.since && h("span.soft", {}, ` ${t("since", { time: when(Date.parse(problem.since)) })}`), remedy(problem)))),
  heard && status.problems.length > 3
    && h("div.problem", {}, icon("warning"), h("p", {}, t("problems.more", { count: status.problems.length - 3 }))));
}

/** What is wrong, with the camera's name where the text leaves it out. */
function sentence({ text, camera }) {
  const words = said(text);
  const named = camera && !words.includes(camera) ? `${camera}: ${words}` : words;
  return /[.!?]$/.test(named) ? named : `${named}.`;
}

function remedy(problem) {
  const path = REMEDIES[problem.code];
  if (!path || (path === "/settings" && !isAllowed("admin"))) return null;
  const query = problem.camera && path === "/settings" ? `?camera=${problem.camera}` : "";
  return [" ", h("a", { href: path + query }, t(`remedy.${path.slice(1)}`))];
}

function menu(ways) {
  const sheet = h("div.sheet", { hidden: true, id: "menu" });
  const button = h("button.icon-only.plain", {
    type: "button", "aria-label": t("menu"), title: t("menu"), "aria-expanded": "false", "aria-controls": "menu",
    onclick: () => toggle(sheet.hidden),
  }, icon("more"));
  const toggle = (isOpen) => {
    sheet.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) sheet.querySelector("a:not([hidden]), button")?.focus();
  };
  const item = (name, text, onclick) => h(
    "button.plain", { type: "button", onclick }, icon(name), text,
  );
  fill(sheet,
    ways.map(([path, name]) => h("a.only-phone", { href: path }, icon(name), t(`nav.${name}`))),
    item("theme", t("menu.theme"), switchTheme),
    Object.entries(languages).filter(([name]) => name !== language)
      .map(([name, word]) => item("globe", word, () => chooseLanguage(name))),
    item("keyboard", t("menu.keys"), showKeys),
    session.user && item("leave", t("menu.logout", { user: session.user }), logout),
    h("p.soft.small", {}, `cctv ${session.version ?? ""}`));
  const box = h("div.menu", {
    onkeydown: (event) => {
      if (event.key !== "Escape" || sheet.hidden) return;
      toggle(false);
      button.focus();
    },
    onfocusout: (event) => {
      if (event.relatedTarget && !box.contains(event.relatedTarget)) toggle(false);
    },
  }, button, sheet);
  document.addEventListener("click", (event) => {
    const isInside = box.contains(event.target);
    if (!isInside || event.target.closest("a")) toggle(
      isInside && !sheet.hidden && !event.target.closest("a")
    );
  });
  return box;
}

function switchTheme() {
  const isLight = document.documentElement.dataset.theme === "light";
  localStorage.setItem("theme", isLight ? "dark" : "light");
  dispatchEvent(new Event("theme"));
}

async function logout() {
  await send("POST", "/logout").catch(() => {});
  location.assign("/login");
}

