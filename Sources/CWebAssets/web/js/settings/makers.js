// Where the makers keep their main stream, for people who know the address and not the path.

/** A maker's name and the path of the URL; `{n}` would be a channel, of which cameras have one. */
export const MAKERS = [
  ["Axis", "/axis-media/media.amp"],
  ["Dahua, Amcrest, Lorex", "/cam/realmonitor?channel=1&subtype=0"],
  ["Foscam", "/videoMain"],
  ["Hikvision, Annke", "/Streaming/Channels/101"],
  ["Reolink", "/h264Preview_01_main"],
  ["TP-Link Tapo, VIGI", "/stream1"],
  ["UniFi Protect", "/"],
  ["Wyze (RTSP firmware)", "/live"],
];

/** The URL of a maker's camera; a host that has a port keeps it. */
export function makerURL(path, host) {
  const bare = host.trim().replace(/^\w+:\/\//, "").replace(/\/.*$/, "");
  return bare ? `rtsp://${/:\d+$/.test(bare) ? bare : `${bare}:554`}${path}` : "";
}

/** A camera's name made from what a person or the camera calls it: `[a-z0-9-]{1,32}`. */
export function nameFrom(text) {
  return text.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 32);
}
