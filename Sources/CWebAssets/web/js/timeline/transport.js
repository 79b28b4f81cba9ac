// The buttons below the pictures: play, speed, date and time, zoom.

import { fill, h, icon, iconButton, set } from "../dom.js";
import { figure } from "../format.js";
import { t } from "../i18n.js";
import { dateText, instantOfFields, timeText } from "../zone.js";
import { RATES } from "./player.js";

/** Makes the bar; `act` has an action for each button, `show` takes over what is shown. */
export function makeTransport({ act, zone, canMark }) {
  const play = iconButton("play", t("play"), act.toggle);
  play.classList.replace("plain", "primary");
  const sound = iconButton("mute", t("sound"), act.mute, { "aria-pressed": "false" });
  const rate = h("select", {
    "aria-label": t("speed"), title: t("speed"), onchange: () => act.rate(Number(rate.value)),
  },
    RATES.map((each) => h("option", { value: each }, `${figure(each, 1)}×`)));
  const date = h("input", { type: "date", "aria-label": t("date"), onchange: () => jump() });
  const time = h("input", {
    type: "time", step: "1", "aria-label": t("time"), onchange: () => jump(),
  });
  const jump = () => {
    const at = instantOfFields(date.value, time.value || "00:00:00", zone());
    if (at !== null) act.jump(at);
  };
  const zoneName = h("span.soft.small.zone");

  return {
    element: h("div.transport", { role: "group", "aria-label": t("transport") },
      h("div.row.nowrap", {},
        iconButton("first", t("clip.before"), () => act.clip(-1)),
        play,
        iconButton("last", t("clip.after"), () => act.clip(1)), rate, sound,
        iconButton("picture", t("snapshot"), act.snapshot)),
      h("div.row.nowrap", {},
        iconButton("left", t("day.before"), () => act.day(-1)), date, time,
        iconButton("right", t("day.after"), () => act.day(1)), zoneName),
      h("div.row.nowrap.spread", {},
        iconButton("minus", t("zoom.out"), () => act.zoom(2)),
        iconButton("plus", t("zoom.in"), () => act.zoom(0.5)),
        h("button", { type: "button", onclick: act.live }, icon("record"), t("timeline.live")),
        canMark && h("button", { type: "button", onclick: act.mark }, icon("export"), t("range.open")))),
    focusTime() {
      time.focus();
    },
    show({ isPlaying, isMuted, rate: speed, at }) {
      if (play.dataset.playing !== String(isPlaying)) {
        play.dataset.playing = String(isPlaying);
        fill(play, icon(isPlaying ? "pause" : "play"));
        set(play, {
          "aria-label": t(isPlaying ? "pause" : "play"), title: t(isPlaying ? "pause" : "play"),
        });
      }
      if (sound.dataset.muted !== String(isMuted)) {
        sound.dataset.muted = String(isMuted);
        set(sound, { "aria-pressed": String(!isMuted) });
        fill(sound, icon(isMuted ? "mute" : "sound"));
      }
      rate.value = String(speed);
      // A field that is being written in is not written over.
      if (document.activeElement !== date) date.value = dateText(at, zone());
      if (document.activeElement !== time) time.value = timeText(at, zone());
      zoneName.textContent = zone();
    },
  };
}
