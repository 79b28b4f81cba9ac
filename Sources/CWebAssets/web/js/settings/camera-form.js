// One camera's settings: its address pasted, made from a maker and a host, or found on the network.

import { send } from "../api.js";
import { fill, h, icon } from "../dom.js";
import { t, wordsFor } from "../i18n.js";
import { field } from "../screens/enter.js";
import { MAKERS, makerURL, nameFrom, pathOf } from "./makers.js";
import { probeResult } from "./probe.js";

/**
 * A form for a new camera, or one that is there. `submit` gets the draft; with `testFirst` the
 * camera is looked at before it can be used, unless that failed and the person insists.
 */
export function cameraForm({
  camera = null, submitText, submit, onProbe, testFirst = false, extra = [],
}) {
  const url = field("url", t("camera.url"), {
    placeholder: "rtsp://192.168.1.20:554/stream1", value: camera?.url ?? "", required: true, autofocus: true, spellcheck: "false", autocomplete: "off", inputmode: "url",
  }, t("camera.url.hint"));
  const name = field("name", t("camera.name"), {
    value: camera?.name ?? "", placeholder: "entrance", pattern: "[a-z0-9\\-]{1,32}", maxlength: "32", autocomplete: "off", required: true, disabled: Boolean(camera) || null,
  }, t("camera.name.hint"));
  const user = field("username", t("user"), {
    value: camera?.username ?? "", autocomplete: "off", spellcheck: "false",
  });
  const password = field("password", t("password"), {
    type: "password", autocomplete: "new-password", placeholder: camera?.has_password ? t("password.kept") : "",
  });
  const result = h("div", { "aria-live": "polite" });
  const error = h("p.bad", { role: "alert" });
  const test = h("button", { type: "button" }, icon("picture"), t("camera.test"));
  const use = h("button.primary", { type: "submit" }, submitText);
  const urlInput = url.querySelector("input");
  const value = (each) => each.querySelector("input").value.trim();

  const draft = () => ({
    ...(camera ? {} : { name: value(name) || nameFrom(hostOf(value(url))) || "camera" }),
    ...(value(url) !== camera?.url ? { url: value(url) } : {}),
    ...(value(user) !== (camera?.username ?? "") ? { username: value(user) } : {}),
    ...(
      password.querySelector("input").value ? {
        password: password.querySelector("input").value,
      } : {}
    ),
  });

  const look = async () => {
    test.disabled = true;
    error.textContent = "";
    fill(
      result, h("p.row.soft", {}, icon("wait"), t("camera.testing")),
      h("div.skeleton.probe-skeleton"),
    );
    try {
      const { name: ignored, ...asked } = draft();
      const probe = await send("POST", "/cameras/probe", {
        ...asked, ...(camera ? { camera: camera.name } : {}),
      });
      fill(result, probeResult(probe));
      onProbe?.(probe);
      return true;
    } catch (problem) {
      fill(
        result,
        h("p.remark.bad", { role: "alert" }, icon("warning"), h("span", {}, wordsFor(problem))),
      );
      form.elements[problem.field]?.focus();
      return false;
    } finally {
      test.disabled = false;
    }
  };
  test.addEventListener("click", () => {
    if (urlInput.reportValidity()) look().then((isGood) => { isTested = isGood || isTested; });
  });
  let isTested = !testFirst;

  const form = h("form.stack", {
    onsubmit: async (event) => {
      event.preventDefault();
      error.textContent = "";
      use.disabled = true;
      try {
        if (!isTested) {
          isTested = true;
          if (!await look()) {
            error.textContent = t("camera.anyway");
            return;
          }
          if (testFirst) return;
        }
        await submit(draft());
      } catch (problem) {
        error.textContent = wordsFor(problem);
        form.elements[problem.field]?.focus();
      } finally {
        use.disabled = false;
      }
    },
  }, url, camera ? null : ways(urlInput, name.querySelector("input")),
  h("div.columns", {}, user, password), name, extra, result, error, h("div.actions", {}, test, use));
  return form;
}

function hostOf(address) {
  return /^rtsps?:\/\/(?:[^@/]*@)?([^:/]+)/.exec(address)?.[1] ?? "";
}

/** Ways to an address for people who have none at hand. */
function ways(url, name) {
  const maker = h("select", {
    "aria-label": t("maker"),
  }, h("option", { value: "" }, t("maker.choose")),
    MAKERS.map(([label, path]) => h("option", { value: path }, label)));
  const host = h("input", {
    "aria-label": t("maker.host"), placeholder: "192.168.1.20", spellcheck: "false",
    autocomplete: "off",
  });
  const build = () => {
    if (maker.value && host.value) url.value = makerURL(maker.value, host.value);
  };
  maker.addEventListener("change", build);
  host.addEventListener("input", build);
  const found = h("div.stack", { "aria-live": "polite" });
  const search = h("button", { type: "button", onclick: async () => {
    search.disabled = true;
    fill(found, h("p.row.soft", {}, icon("wait"), t("discover.searching")));
    try {
      const { cameras } = await send("POST", "/cameras/discover");
      fill(found, cameras.length ? h("ul.found", {}, cameras.map((each) => h("li.row", {},
        h("strong", {}, each.name || each.host),
        h("span.soft", {}, [each.hardware, each.host].filter(Boolean).join(" · ")),
        each.known ? h(
          "span.spread.soft", {}, t("discover.known"),
        ) : h("button.spread", { type: "button", onclick: () => {
          host.value = each.host;
          maker.value = pathOf(each) || maker.value;
          url.value = makerURL(maker.value || "/", each.host);
          name.value ||= nameFrom(each.name || each.host);
          (maker.value ? url : maker).focus();
        } }, t("discover.use"))))) : h("p.soft", {}, t("discover.none")));
    } catch (problem) {
      fill(found, h("p.bad", {}, wordsFor(problem)));
    }
    search.disabled = false;
  } }, icon("search"), t("discover"));
  return h("details.ways", {}, h("summary", {}, t("ways")), h("div.stack", {},
    h("div.columns", {}, maker, host), h("div.row", {}, search, h("span.soft.small", {}, t("discover.hint"))), found));
}
