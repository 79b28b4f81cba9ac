// Any second of any kept day: pictures above, the time line below, a stretch of it to keep.

import { empty, fill, h, icon } from "../dom.js";
import { date, length } from "../format.js";
import { t, wordsFor } from "../i18n.js";
import { notify } from "../notices.js";
import { isAllowed } from "../session.js";
import { recorderNow, status, zone } from "../status.js";
import { setScreenKeys } from "../keys.js";
import { clipAt, countAt, neighbour, nextRecorded } from "../timeline/lanes.js";
import { timelineKeys } from "../timeline/keys.js";
import { MOST, Player } from "../timeline/player.js";
import { makePreview } from "../timeline/preview.js";
import { makeRange } from "../timeline/range.js";
import { bounded, centred, makeView, place, zoomed } from "../timeline/scale.js";
import { TimelineSource } from "../timeline/source.js";
import { makeStrip } from "../timeline/strip.js";
import { makeTransport } from "../timeline/transport.js";
import { go, note } from "../url.js";
import { dayStart, instantOf, iso, timeText, wall } from "../zone.js";
import { saveSnapshot } from "./recording.js";

const HOUR = 3_600_000;

/** Opens the screen; the address has `at`, `cams`, `span` in seconds and `play`. */
export async function open({ parameters, signal }) {
  const state = { view: null, at: 0, range: null, cameras: [], data: null };
  const stage = h("div.stage");
  const labels = h("div.lane-labels", { role: "group", "aria-label": t("timeline.cameras") });
  const preview = makePreview();
  const box = h("div.strip-box");
  const notice = h("div");
  let isFollowing = true;

  const source = new TimelineSource({ signal, onData: (data) => takeData(data), onError: (error) => {
    if (!state.data) fill(notice, empty("warning", t("error.screen"), wordsFor(error)));
  } });
  const near = new TimelineSource({
    signal, onData: (data) => player.take(data), onError: () => {},
  });
  const player = new Player({
    stage, signal,
    onTime: (at) => showTime(at),
    onState: () => showTransport(),
    onSkip: (seconds) => notify(t("timeline.skipped", { length: length(seconds) })),
    onPresent: () => notify(t("timeline.present")),
    onHungry: () => near.hurry(),
  });

  const read = () => ({
    ...state, lanes: state.data?.lanes ?? [], now: recorderNow(), zone: zone(),
  });
  const act = {
    view: (view) => {
      isFollowing = false;
      setView(view);
    },
    seek: (at) => seek(at),
    hover: (at, index, x) => preview.show(at, {
      lane: state.data?.lanes[index], lanes: state.data?.lanes ?? [], zone: zone(), x, width: strip.element.clientWidth, span: state.view.span,
    }),
    range: (range) => {
      state.range = range;
      strip.draw();
      ranges.show();
    },
    changed: () => source.reload(),
    exported: () => go("/export"),
    clipHere: () => clipHere(),
    toggle: () => player.toggle(),
    mute: () => player.setMuted(!player.isMuted),
    rate: (rate) => player.setRate(rate),
    jump: (at) => jump(at),
    clip: (direction) => {
      const at = neighbour(player.shownLanes, state.at, direction);
      if (at !== null) jump(at);
    },
    day: (days) => {
      const start = dayStart(state.at, zone(), days);
      const { hour, minute, second } = wall(state.at, zone());
      const { year, month, day } = wall(start, zone());
      jump(instantOf({ year, month, day, hour, minute, second }, zone()));
    },
    zoom: (factor) => setView(zoomed(state.view, factor, keepsPlace())),
    live: () => go("/live", state.cameras.length === 1 ? { camera: state.cameras[0] } : {}),
    mark: () => act.range(state.range ? null : firstRange()),
    snapshot: () => {
      const lane = player.lanes[0];
      if (lane) saveSnapshot(lane.camera, lane.front.video, state.at);
    },
  };
  const strip = makeStrip({ label: t("timeline.slider"), read, act, signal });
  const transport = makeTransport({ act, zone, canMark: isAllowed("operator") });
  const ranges = makeRange({ read, act, signal });
  box.append(strip.element, ...ranges.handles, preview.element);

  const keepsPlace = () => {
    const where = place(state.view, state.at);
    return where >= 0 && where <= 1 ? where : 0.5;
  };
  const firstRange = () => {
    const half = Math.min(state.view.span / 8, 300_000);
    return { from: state.at - half, to: Math.min(state.at + half, recorderNow()) };
  };
  const clipHere = () => player.shownLanes.map(
    (lane) => clipAt(lane.clips, state.at)
  ).find(Boolean);

  const setView = (view) => {
    state.view = bounded(view, state.data?.oldest, recorderNow());
    source.cover(state.view.from, state.view.from + state.view.span);
    strip.draw();
    ranges.show();
    noteAddress();
  };
  const seek = (at) => {
    near.cover(at - HOUR / 2, at + 2 * HOUR);
    player.seek(at);
    noteAddress();
  };
  const jump = (at) => {
    seek(at);
    isFollowing = true;
    const where = place(state.view, state.at);
    if (where < 0.02 || where > 0.98) setView(centred(state.view, state.at));
  };

  const showTime = (at) => {
    state.at = at;
    near.cover(at - 60_000, at + HOUR / 2);
    const where = place(state.view, at);
    if (player.isPlaying && isFollowing && where > 0.9) setView({
      ...state.view, from: at - state.view.span * 0.25,
    });
    if (where > 0.05 && where < 0.9) isFollowing = true;
    strip.draw();
    showTransport();
    showValue();
  };
  const showValue = () => {
    const { at, lanes } = read();
    strip.element.setAttribute("aria-valuenow", String(Math.round(at / 1000)));
    strip.element.setAttribute("aria-valuetext", t("timeline.value", {
      time: `${date(at, zone(), { year: false })} ${timeText(at, zone())}`, count: countAt(lanes, at), all: lanes.length,
    }));
  };
  const showTransport = () => transport.show({ ...player, at: state.at });

  const showLabels = () => {
    const key = state.data.lanes.map((lane) => lane.camera).join() + state.cameras.join("/");
    if (labels.dataset.key === key) return;
    labels.dataset.key = key;
    fill(labels, state.data.lanes.map((lane) => h("label.lane-label", {}, h("input", {
      type: "checkbox", checked: state.cameras.includes(lane.camera),
      onchange: (event) => choose(lane.camera, event.target.checked),
    }), h("span", {}, lane.camera))));
  };
  const choose = (camera, isChosen) => {
    const others = state.cameras.filter((name) => name !== camera);
    state.cameras = isChosen ? [...others, camera].slice(-MOST) : others;
    player.setCameras(state.cameras);
    showLabels();
    noteAddress();
  };

  const takeData = (data) => {
    const isFirst = !state.data;
    state.data = data;
    if (isFirst) {
      const known = data.lanes.map((lane) => lane.camera);
      state.cameras = state.cameras.filter((name) => known.includes(name));
      if (!state.cameras.length) state.cameras = known.slice(0, MOST);
      player.setCameras(state.cameras);
    }
    fill(
      notice, !data.oldest && empty("timeline", t("timeline.empty"), t("timeline.empty.text")),
      nothingHere(data),
    );
    showLabels();
    showValue();
    strip.draw();
    ranges.show();
    // Nobody asked for a moment, and a minute ago nothing was recorded yet.
    if (isFirst && !parameters.at && state.at < (data.oldest ?? 0)) jump(data.oldest);
  };
  const nothingHere = (data) => {
    const { from, span } = state.view;
    const isEmpty = data.oldest && data.lanes.every(
      (lane) => !lane.clips.some((clip) => clip.end > from && clip.start < from + span)
    );
    return isEmpty && h("div.row.panel", {}, icon("timeline"), h(
      "p", {}, t("timeline.nothing", { date: date(data.oldest, zone()) }),
    ),
      h("button.spread", { type: "button", onclick: () => jump(nextRecorded(data.lanes, from) ?? data.oldest) }, t("timeline.go")));
  };

  let noted = 0;
  const noteAddress = () => {
    clearTimeout(noted);
    noted = setTimeout(() => {
      if (!signal.aborted) {
        note({
          at: iso(Math.round(state.at)).replace(".000", ""), span: Math.round(state.view.span / 1000), cams: state.cameras.join(","),
        });
      }
    }, 300);
  };

  const take = (query) => {
    const asked = Date.parse(query.at);
    const at = Number.isNaN(asked) ? recorderNow() - 60_000 : asked;
    if (query.cams) state.cameras = query.cams.split(",").filter(
      (name) => status.cameras.some((each) => each.name === name)
    ).slice(0, MOST);
    state.at = at;
    const view = makeView(0, Number(query.span) * 1000 || 2 * HOUR);
    state.view = {
      ...view, from: at - view.span * (recorderNow() - at < view.span / 4 ? 0.85 : 0.5),
    };
    setView(state.view);
    if (state.data) player.setCameras(state.cameras);
    seek(at);
    if (query.play) player.play();
  };
  take(parameters);
  const clockTimer = setInterval(() => strip.draw(), 1000);
  signal.addEventListener("abort", () => {
    clearInterval(clockTimer);
    clearTimeout(noted);
  });
  setScreenKeys(timelineKeys({ state, player, act, seek, jump, transport, ranges, strip }));

  return {
    title: t("nav.timeline"),
    element: h("div.screen.timeline-screen", {}, h("h1.unseen", {}, t("nav.timeline")),
    stage, transport.element,
      h("div.lanes", {}, labels, box), ranges.element, legend(), notice),
    update: take,
  };
}

/** What the colours mean, in words. */
const legend = () => h("ul.legend.small.soft", { "aria-label": t("legend") },
  ["recorded", "gap-camera", "gap-disk", "gap-stopped", "soon", "protected"].map(
    (name) => h("li", {}, h(`span.swatch.${name}`), t(`legend.${name}`))));

