// Where the makers keep their main stream, for people who know the address and not the path.

/** A maker's name, the path of its URL, and how its cameras call themselves and their models. */
export const MAKERS = [
  ["Axis", "/axis-media/media.amp", /\baxis\b/i],
  ["Dahua, Amcrest, Lorex", "/cam/realmonitor?channel=1&subtype=0", /\b(dahua|amcrest|lorex)\b|\bDH-/i],
  ["Foscam", "/videoMain", /\bfoscam\b/i],
  ["Hikvision, Annke", "/Streaming/Channels/101", /\b(hikvision|annke)\b|\bDS-[27]/i],
  ["Reolink", "/h264Preview_01_main", /\breolink\b|\bRL[CN]-/i],
  ["TP-Link Tapo, VIGI", "/stream1", /\b(tp-?link|tapo|vigi)/i],
  ["UniFi Protect", "/", /\b(unifi|ubiquiti|uvc)\b/i],
  ["Wyze (RTSP firmware)", "/live", /\bwyze/i],
];

/** The path of a camera that was found, by its name and model; empty where the maker is not known. */
export function pathOf({ name, hardware }) {
  return MAKERS.find(([, , sign]) => sign.test(name) || sign.test(hardware))?.[1] ?? "";
}

/** The URL of a maker's camera; a host that has a port keeps it. */
export function makerURL(path, host) {
  const bare = host.trim().replace(/^\w+:\/\//, "").replace(/\/.*$/, "");
  return bare ? `rtsp://${/:\d+$/.test(bare) ? bare : `${bare}:554`}${path}` : "";
}

/** A camera's name made from what a person or the camera calls it: `[a-z0-9-]{1,32}`. */
export function nameFrom(text) {
  return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 32);
}
