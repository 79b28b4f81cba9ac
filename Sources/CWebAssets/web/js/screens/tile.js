// One camera on the live screen: its picture, its state in words, and what can be done with it.

import { fill, h, icon, iconButton, say } from "../dom.js";
import { bitrate, clock, figure } from "../format.js";
import { t } from "../i18n.js";
import { isAllowed } from "../session.js";
import { CAMERA_LOOK, cameraReason, cameraWord } from "../states.js";
import { recorderNow, status, zone } from "../status.js";
import { lookBack, saveSnapshot, setRecording } from "./recording.js";

// What the player says while the camera can be seen: its picture is then not covered by a reason why it
// is not recorded.
const SEEN = new Set(["playing", "pictures"]);

/** Makes a tile; `show` takes the camera's state, `showPlayer` what its player says. */
export function makeTile(name, { alone }) {
  const video = h("video", {
    muted: true, playsinline: true, autoplay: true, "aria-label": t("tile.video", { camera: name }),
  });
  video.muted = true;
  const fault = h("div.tile-fault", { hidden: true });
  const note = h("p.tile-note", { hidden: true });
  const picture = h("div.tile-picture", {}, video, fault, note);
  const sign = h("span.tile-sign");
  const word = h("span.tile-state");
  const facts = h("span.tile-facts.soft");
  const actions = h("div.tile-actions");
  let camera = null;
  let playerState = null;

  const tile = {
    name, video,
    element: h("article.tile", { dataset: { camera: name }, "aria-label": name }, picture,
      h("div.tile-bar", {}, sign,
        h("h2", {}, h("a", { href: alone ? "/live" : `/live?camera=${name}` }, name)), word, facts, actions)),
    snapshot: () => saveSnapshot(name, video),
    fullScreen: () => (
      document.fullscreenElement ? document.exitFullscreen() : picture.requestFullscreen()
    ),
    show(next) {
      const changed = camera?.state !== next.state;
      camera = next;
      if (changed) {
        const look = CAMERA_LOOK[camera.state];
        sign.className = `tile-sign ${look.tone}`;
        fill(sign, icon(look.icon));
        fill(actions, buttons());
      }
      say(facts, factsOf(camera));
      tile.tick();
    },
    tick() {
      if (!camera) return;
      const runs = camera.state === "recording" && camera.clip;
      say(word, runs ? t("tile.rec", {
        time: clock((recorderNow() - Date.parse(camera.clip.start)) / 1000),
      })
        : cameraWord(camera, zone()));
      showFault();
    },
    showPlayer(state) {
      playerState = state;
      showFault();
    },
  };

  const buttons = () => [
    iconButton("back30", t("tile.back", { camera: name }), () => lookBack(name)),
    iconButton("picture", t("tile.snapshot", { camera: name }), tile.snapshot),
    iconButton("expand", t("tile.full", { camera: name }), tile.fullScreen),
    isAllowed("operator") && camera.state !== "disabled" && (camera.state === "stopped"
      ? iconButton("record", t("tile.start", { camera: name }), () => setRecording(true, name))
      : iconButton("stop", t("tile.stop", { camera: name }), () => setRecording(false, name))),
  ];

  const showFault = () => {
    const text = faultOf(camera);
    const remark = remarkOf(camera, playerState);
    note.hidden = !remark || camera?.state !== "recording";
    say(note, remark);
    fault.hidden = !text;
    fault.classList.toggle("band", SEEN.has(playerState?.state));
    if (!text) return;
    const key = `${camera.state}${text.title}`;
    if (fault.dataset.key !== key) {
      fault.dataset.key = key;
      fill(fault, icon(text.icon), h("strong", {}, text.title), h("p"),
        camera.state === "waiting" && isAllowed("admin")
          && h("a.button", { href: `/settings?camera=${name}` }, t("tile.fix")));
    }
    say(fault.querySelector("p"), text.detail);
  };
  return tile;
}

function factsOf(camera) {
  if (camera.state !== "recording") return "";
  return [
    camera.video && `${camera.video.width}×${camera.video.height} ${camera.video.codec_name}`,
    camera.frame_rate && t("rate", { rate: figure(camera.frame_rate) }),
    camera.bitrate && bitrate(camera.bitrate),
  ].filter(Boolean).join(" · ");
}

/** What stands in the place of a picture, or over it, when it is not recorded: since when, why, what happens next. */
function faultOf(camera) {
  if (!camera) return null;
  if (camera.state === "waiting") {
    return {
      icon: "novideo", title: cameraWord(camera, zone()),
      detail: cameraReason(camera, recorderNow(), Date.parse(status.now)),
    };
  }
  if (camera.state === "stopped") return {
    icon: "square", title: t("camera.stopped"), detail: t("tile.stopped"),
  };
  if (camera.state === "disabled") return {
    icon: "minus", title: t("camera.disabled"), detail: t("tile.disabled"),
  };
  if (camera.state === "connecting") return {
    icon: "wait", title: t("camera.connecting"), detail: t("tile.connecting"),
  };
  return null;
}

/** What is to be said of a live picture that is not as it should be. */
function remarkOf(camera, player) {
  if (player?.state === "pictures") {
    return t("tile.pictures", {
      codec: camera?.video?.codec_name ?? player.codecs ?? "", seconds: player.seconds,
    });
  }
  if (player?.state === "reconnecting") return t("tile.reconnecting", { seconds: player.seconds });
  return "";
}
