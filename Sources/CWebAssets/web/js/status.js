// The recorder's state, its log and its exports as they change, over one stream of server-sent events.

import { get, url } from "./api.js";
import { date } from "./format.js";
import { dateText, timeText } from "./zone.js";

const hub = new EventTarget();
let stream = null;
let receivedAt = 0;

/** The last state that was told; null before the first. */
export let status = null;

/** Whether the recorder is heard; false while the connection is down. */
export let heard = false;

/** The recorder's time, in milliseconds since 1970, whatever this browser's clock says. */
export function recorderNow() {
  if (!status) return Date.now();
  return Date.parse(status.now) + performance.now() - receivedAt;
}

/** The recorder's time zone. */
export const zone = () => status?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

/** An instant as people say it: the time alone if it is today, else with its date. */
export function when(instant) {
  const time = timeText(instant, zone(), { seconds: false });
  const isToday = dateText(instant, zone()) === dateText(recorderNow(), zone());
  return isToday ? time : `${date(instant, zone(), { year: false })} ${time}`;
}

/** Calls back with `status`, `log`, `export` or `heard` as they come, until the signal ends it. */
export function listen(kind, action, signal) {
  hub.addEventListener(kind, (event) => action(event.detail), { signal });
}

/** Takes over a state that an answer brought. */
export function takeStatus(next) {
  status = next;
  receivedAt = performance.now();
  hub.dispatchEvent(new CustomEvent("status", { detail: next }));
}

/** Begins to listen; resolves when the first state is there. */
export async function beginStatus() {
  takeStatus(await get("/status"));
  setHeard(true);
  connect();
}

/** Ends listening, when nobody is logged in any more. */
export function endStatus() {
  stream?.close();
  stream = null;
}

function connect() {
  endStatus();
  stream = new EventSource(url("/events", { log: "INFO" }));
  stream.addEventListener("status", ({ data }) => {
    setHeard(true);
    takeStatus(JSON.parse(data));
  });
  for (const kind of ["log", "export"]) {
    stream.addEventListener(kind, ({ data }) => {
      hub.dispatchEvent(new CustomEvent(kind, { detail: JSON.parse(data) }));
    });
  }
  stream.addEventListener("error", () => {
    setHeard(false);
    // A browser gives up after an answer that is no stream, such as a proxy's or a logged-out one.
    if (stream?.readyState === EventSource.CLOSED) retry();
  });
}

function retry() {
  setTimeout(async () => {
    if (!stream) return;
    try {
      takeStatus(await get("/status"));
      connect();
    } catch (error) {
      if (error.status !== 401) retry();
    }
  }, 3000);
}

function setHeard(value) {
  if (heard === value) return;
  heard = value;
  hub.dispatchEvent(new CustomEvent("heard", { detail: value }));
}
