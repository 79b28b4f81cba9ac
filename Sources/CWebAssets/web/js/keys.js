// Keyboard shortcuts. Off in fields and dialogs, and off altogether if the person says so
// (WCAG 2.1.4).

import { h } from "./dom.js";
import { tell } from "./dialog.js";
import { t } from "./i18n.js";

let screenKeys = {};

/** Whether single keys do something. */
export function keysAreOn() {
  try {
    return localStorage.getItem("keys") !== "off";
  } catch {
    return true;
  }
}

/** Sets what keys do on the present screen: `{ ' ': play, 'shift+ArrowLeft': back }`. */
export function setScreenKeys(keys) {
  screenKeys = keys;
}

/** Begins to hear keys; `everywhere` holds on every screen. */
export function hearKeys(everywhere) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!keysAreOn() || document.querySelector("dialog[open]") || isTyping(event.target)) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = (
      event.shiftKey && screenKeys[`shift+${name}`]
    ) || screenKeys[name] || everywhere[name];
    // Space and Return press a button that has the focus; that is what they are for.
    if (!action || (
      (name === " " || name === "Enter") && event.target.closest("button, a, summary")
    )) return;
    event.preventDefault();
    action(event);
  });
}

const isTyping = (target) => target instanceof Element
  && target.closest(
    'textarea, select, [contenteditable], input:not([type="checkbox"], [type="radio"])'
  ) !== null;

const LIST = {
  play: ["Space", "K"], ten: ["J", "L"], five: ["←", "→"], minute: ["Shift ←", "Shift →"],
  clip: ["PgUp", "PgDn"], frame: [",", "."], speed: ["[", "]"], range: ["I", "O"], export: ["E"],
  protect: ["P"], snapshot: ["S"], full: ["F"], mute: ["M"], camera: ["1", "…", "9"], all: ["0"],
  zoom: ["+", "−"], live: ["N"], time: ["G"], today: ["T"], close: ["Esc"], help: ["?"],
};

/** Shows what the keys do. */
export function showKeys() {
  const toggle = h("input", {
    type: "checkbox", checked: keysAreOn(),
    onchange: (event) => localStorage.setItem("keys", event.target.checked ? "on" : "off"),
  });
  tell({
    title: t("keys.title"), wide: true,
    body: [
      h("dl.keys", {}, Object.entries(LIST).map(([name, keys]) => h("div", {},
        h("dt", {}, keys.map((key) => [h("kbd", {}, key), " "])), h("dd", {}, t(`keys.${name}`))))),
      h("label.check", {}, toggle, t("keys.on")),
    ],
  });
}
