import { MAKERS, makerURL, nameFrom, pathOf } from "/assets/js/settings/makers.js";
import { equal } from "./equal.js";

const pathFor = (label) => MAKERS.find(([name]) => name.startsWith(label))[1];

export const cases = {
  "a maker is known by what a camera calls itself or its model": () => {
    equal(pathOf({ name: "HIKVISION DS-2CD2043G2-I", hardware: "" }), pathFor("Hikvision"));
    equal(pathOf({ name: "Front door", hardware: "DS-2CD2043G2-I" }), pathFor("Hikvision"));
    equal(pathOf({ name: "AXIS M3045-V", hardware: "M3045-V" }), pathFor("Axis"));
    equal(pathOf({ name: "Dahua", hardware: "IPC-HDW2431T" }), pathFor("Dahua"));
    equal(pathOf({ name: "IPC", hardware: "RLC-810A" }), pathFor("Reolink"));
    equal(pathOf({ name: "Tapo_C200", hardware: "" }), pathFor("TP-Link"));
  },
  "a maker that is not known is not guessed": () => {
    equal(pathOf({ name: "IPCamera", hardware: "1.0" }), "");
    equal(pathOf({ name: "", hardware: "" }), "");
    equal(pathOf({ name: "taxis and maxiskirts", hardware: "" }), "");
  },
  "an address keeps its port, and a name fits a folder": () => {
    equal(makerURL("/stream1", "10.0.0.9:8554"), "rtsp://10.0.0.9:8554/stream1");
    equal(makerURL("/stream1", "http://10.0.0.9/x"), "rtsp://10.0.0.9:554/stream1");
    equal(nameFrom("Front Door (Süd)"), "front-door-sud");
  },
};
