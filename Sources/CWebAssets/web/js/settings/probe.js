// What a camera was seen to send: its picture, the facts, and what a person should know.

import { h, icon } from "../dom.js";
import { bitrate, figure, length } from "../format.js";
import { t } from "../i18n.js";
import { said } from "../said.js";

/** Shows the answer of a test. */
export function probeResult(probe) {
  const { video } = probe;
  const facts = [
    ["probe.video", `${video.codec_name}, ${video.width} × ${video.height}`],
    ["probe.rate", t("rate", { rate: figure(probe.frame_rate, 1) })],
    ["probe.bitrate", bitrate(probe.bitrate)],
    [
      "probe.key",
      probe.key_frame_seconds ? t("probe.every", {
        length: length(probe.key_frame_seconds),
      }) : t("probe.key.one"),
    ],
    ["probe.audio", said(probe.audio)],
    ["probe.first", length(probe.first_picture_seconds)],
    probe.lost_packets ? ["probe.lost", figure(probe.lost_packets)] : null,
  ].filter(Boolean);
  return h("section.probe", { "aria-label": t("probe.title") },
    probe.picture ? h(
      "img", { src: `data:image/jpeg;base64,${probe.picture}`, alt: t("probe.picture") },
    )
      : h("p.soft", {}, t("probe.noPicture")),
    h("div.stack", {},
      h("p.good.row", { role: "status" }, icon("check"), h("strong", {}, t("probe.works"))),
      h("dl.facts", {}, facts.map(([key, value]) => [h("dt", {}, t(key)), h("dd", {}, value)])),
      probe.remarks.map((remark) => h("p.remark", {}, icon("warning"), h("span", {}, said(remark))))));
}
