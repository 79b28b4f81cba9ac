// What is under the pointer: the time, what happened then, and a picture of it.

import { url } from "../api.js";
import { fill, h, say } from "../dom.js";
import { t } from "../i18n.js";
import { length } from "../format.js";
import { said } from "../said.js";
import { causeWord } from "../states.js";
import { iso, timeText } from "../zone.js";
import { clipAt, gapAt } from "./lanes.js";

/** Makes the card; `show` takes an instant and a lane, or null to hide it. */
export function makePreview() {
  const picture = h("img", { alt: "", hidden: true });
  const time = h("strong");
  const words = h("span.small");
  const element = h(
    "div.preview", { hidden: true, "aria-hidden": "true" }, picture, h("div", {}, time), words,
  );
  let timer = 0;
  let wanted = "";

  picture.addEventListener("load", () => { picture.hidden = false; });
  picture.addEventListener("error", () => { picture.hidden = true; });

  return {
    element,
    show(at, { lane, lanes, zone, x, width, span }) {
      element.hidden = at === null;
      if (at === null) {
        clearTimeout(timer);
        return;
      }
      const left = Math.min(Math.max(x, 92), width - 92);
      element.style.insetInlineStart = `${left}px`;
      say(time, timeText(at, zone));
      const shown = lane ?? lanes.find((each) => clipAt(each.clips, at)) ?? lanes[0];
      fill(words, shown && describe(shown, at));
      const clip = shown && clipAt(shown.clips, at);
      if (!clip) {
        clearTimeout(timer);
        picture.hidden = true;
        wanted = "";
        return;
      }
      // Pictures of a grid of instants, so that going back and forth asks for none twice.
      const step = Math.max(1000, span / 400);
      const next = url(`/cameras/${shown.camera}/picture`, {
        at: iso(Math.max(clip.start, Math.floor(at / step) * step)), width: 320,
      });
      if (next === wanted) return;
      wanted = next;
      clearTimeout(timer);
      timer = setTimeout(() => { picture.src = next; }, 90);
    },
  };
}

/** A camera and what is known of it at an instant, in words. */
export function describe(lane, at) {
  const kept = lane.protections.find((each) => each.start <= at && at < each.end);
  const clip = clipAt(lane.clips, at);
  const parts = [lane.camera];
  if (clip) {
    if (kept) parts.push(kept.note ? t("preview.kept.note", { note: kept.note }) : t("protected"));
    else if (lane.deletedSoonBefore && clip.start < lane.deletedSoonBefore) parts.push(t("preview.soon"));
  } else {
    const gap = gapAt(lane.gaps, at);
    parts.push(
      gap ? `${causeWord(gap.cause)} (${length((gap.end - gap.start) / 1000)})` : t("cause.none")
    );
    if (gap?.detail) parts.push(said(gap.detail));
  }
  return parts.join(" · ");
}
