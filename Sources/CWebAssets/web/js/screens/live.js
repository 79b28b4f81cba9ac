// The recorder at a glance: the state in a word, every camera's picture, what is written now.

import { LivePlayer } from "../live.js";
import { empty, fill, h, icon, say } from "../dom.js";
import { t } from "../i18n.js";
import { setScreenKeys } from "../keys.js";
import { isAllowed } from "../session.js";
import { RECORDER_LOOK, stateWord } from "../states.js";
import { heard, listen, status } from "../status.js";
import { go } from "../url.js";
import { lookBack, setRecording } from "./recording.js";
import { makeNow } from "./now.js";
import { makeTile } from "./tile.js";

/** Opens the screen; `camera` in the address shows one camera alone. */
export async function open({ parameters, signal }) {
  let alone = parameters.camera ?? null;
  const word = h("span");
  const head = h("h1.state-word", {}, word);
  const line = h("p.soft");
  const buttons = h("div.row.spread");
  const grid = h("div.grid");
  const now = makeNow(signal);
  const tiles = new Map();
  let player = null;

  /** Makes the tiles and their players anew when the list of cameras is another. */
  const build = () => {
    player?.close();
    for (const tile of tiles.values()) tile.element.remove();
    tiles.clear();
    const shown = status.cameras.filter((camera) => !alone || camera.name === alone);
    for (const camera of shown) tiles.set(
      camera.name, makeTile(camera.name, { alone: Boolean(alone) }),
    );
    const playing = shown.filter(
      (camera) => camera.state !== "disabled"
    ).map((camera) => camera.name);
    player = new LivePlayer({ onState: (name, state) => tiles.get(name)?.showPlayer(state) });
    for (const name of playing) player.attach(name, tiles.get(name).video);
    grid.className = `grid of-${alone ? 1 : Math.min(tiles.size, 9)}`;
    fill(grid, [...tiles.values()].map((tile) => tile.element), shown.length ? null : nothing());
  };

  const nothing = () => empty("live", t("live.empty"), t("live.empty.text"),
    isAllowed("admin") && h("a.button.primary", { href: "/settings?add=1" }, icon("plus"), t("camera.add")));

  const show = () => {
    const look = RECORDER_LOOK[status.state];
    head.className = `state-word ${heard ? look.tone : "soft"}`;
    const text = heard ? stateWord(status) : t("state.unheard");
    if (word.textContent !== text) fill(
      head, icon(heard ? look.icon : "wait"), Object.assign(word, { textContent: text }),
    );
    say(line, t(`live.line.${status.state}`, { count: status.cameras.length }));
    showButtons();
    for (const camera of status.cameras) tiles.get(camera.name)?.show(camera);
    now.show();
  };

  let buttonsFor = "";
  const showButtons = () => {
    const key = `${status.recording}${alone}${status.cameras.length}`;
    if (key === buttonsFor) return;
    buttonsFor = key;
    fill(buttons,
      alone && h("a.button", { href: "/live" }, icon("live"), t("live.all")),
      isAllowed("operator") && status.cameras.length && (status.recording
        ? h(
          "button.stop", { type: "button", onclick: () => setRecording(false) }, icon("stop"),
          t("live.stop"),
        )
        : h("button.primary.start", { type: "button", onclick: () => setRecording(true) }, icon("record"), t("live.start"))));
  };

  let names = "";
  const onStatus = () => {
    const next = status.cameras.map((camera) => camera.name + (camera.state === "disabled")).join();
    if (next !== names) {
      names = next;
      build();
    }
    show();
  };
  listen("status", onStatus, signal);
  listen("heard", show, signal);
  const tick = setInterval(() => {
    for (const tile of tiles.values()) tile.tick();
  }, 1000);
  signal.addEventListener("abort", () => {
    clearInterval(tick);
    player?.close();
  });
  onStatus();
  setScreenKeys(keys(tiles));

  return {
    title: alone ?? t("nav.live"),
    element: h("div.screen", {}, h("div.screen-head", {}, h("div", {}, head, line), buttons),
      h("div.live-body", {}, grid, now.element)),
    update: (next) => {
      alone = next.camera ?? null;
      names = "";
      onStatus();
    },
  };
}

function keys(tiles) {
  const focused = () => {
    const inside = document.activeElement?.closest(".tile")?.dataset.camera;
    return tiles.get(inside) ?? (tiles.size === 1 ? [...tiles.values()][0] : undefined);
  };
  const actions = {
    0: () => go("/live"),
    s: () => focused()?.snapshot(),
    f: () => focused()?.fullScreen(),
    j: () => lookBack(focused()?.name),
  };
  for (let digit = 1; digit <= 9; digit += 1) {
    actions[digit] = () => {
      const camera = status.cameras[digit - 1];
      if (camera) go("/live", { camera: camera.name });
    };
  }
  return actions;
}

