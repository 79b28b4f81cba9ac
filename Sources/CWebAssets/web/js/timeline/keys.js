// What keys do on the time line: the habits of video players and editors.

import { go } from "../url.js";
import { recorderNow, status } from "../status.js";
import { RATES } from "./player.js";

const FRAME = 40;

/** The screen's keys, as `setScreenKeys` wants them. */
export function timelineKeys({ state, player, act, seek, jump, transport, ranges, strip }) {
  const by = (seconds) => () => jump(state.at + seconds * 1000);
  const rate = (step) => () => {
    const next = RATES[RATES.indexOf(player.rate) + step];
    if (next) act.rate(next);
  };
  const edge = (name) => () => {
    const range = state.range ?? { from: state.at - 1000, to: state.at + 1000 };
    const moved = { ...range, [name]: state.at };
    const half = 60_000;
    if (!state.range || moved.to <= moved.from) {
      act.range(name === "from" ? { from: state.at, to: Math.min(state.at + half, recorderNow()) }
        : { from: state.at - half, to: state.at });
    } else {
      act.range(moved);
    }
  };
  const frame = (direction) => () => {
    player.pause();
    const camera = status.cameras.find((each) => each.name === state.cameras[0]);
    seek(state.at + direction * (camera?.frame_rate ? 1000 / camera.frame_rate : FRAME));
  };
  const actions = {
    " ": act.toggle, k: act.toggle, j: by(-10), l: by(10),
    ArrowLeft: by(-5), ArrowRight: by(5), "shift+ArrowLeft": by(-60), "shift+ArrowRight": by(60),
    PageUp: () => act.clip(-1), PageDown: () => act.clip(1),
    ",": frame(-1), ".": frame(1), "[": rate(-1), "]": rate(1),
    i: edge("from"), o: edge("to"),
    e: () => (state.range ? ranges.exportIt() : act.mark()),
    p: () => (state.range ? ranges.focusNote() : act.mark()),
    s: act.snapshot, m: act.mute, g: () => transport.focusTime(),
    f: () => (
      document.fullscreenElement ? document.exitFullscreen() : player.stage.requestFullscreen()
    ),
    "+": () => act.zoom(0.5), "=": () => act.zoom(0.5), "-": () => act.zoom(2),
    n: act.live, t: () => jump(recorderNow() - 60_000), 0: () => go("/live"),
    Escape: () => act.range(null), Home: () => strip.element.focus(),
  };
  for (let digit = 1; digit <= 9; digit += 1) {
    actions[digit] = () => {
      const camera = status.cameras[digit - 1];
      if (camera) go("/timeline", {
        at: new Date(state.at).toISOString(), cams: camera.name,
        span: Math.round(state.view.span / 1000),
      });
    };
  }
  return actions;
}

