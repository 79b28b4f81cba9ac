// One setting as a field: what it may be, its unit, its default, when it holds, and what fixes it.

import { fill, h, icon } from "../dom.js";
import { has, t } from "../i18n.js";

/** The settings in the order in which people look for them. */
export const GROUPS = [
  [
    "recording",
    ["RECORD_AT_START", "VIDEO_CLIP_DURATION", "ALIGN_CLIPS", "AUDIO", "AUDIO_BITRATE"],
  ],
  [
    "storage",
    [
      "OUTPUT_FOLDER", "MAX_FOLDER_SIZE_GB", "MIN_FREE_SPACE_GB", "MAX_AGE_DAYS",
      "DELETE_CHECK_INTERVAL",
    ],
  ],
  ["network", ["RTSP_TRANSPORT", "CHECK_STREAM_DELAY", "FFMPEG_TIMEOUT", "USERNAME", "PASSWORD"]],
  [
    "notices",
    [
      "NOTIFY_AFTER", "DIGEST_AT", "WEBHOOK_URL", "WEBHOOK_SECRET", "MQTT_URL", "MQTT_USERNAME",
      "MQTT_PASSWORD", "MQTT_DISCOVERY_PREFIX", "NOTIFY_CA_FILE", "PING_URL", "PING_INTERVAL",
    ],
  ],
  [
    "console",
    [
      "LISTEN", "HOST_NAMES", "TLS", "TLS_CERTIFICATE", "TLS_KEY", "HSTS", "TRUSTED_PROXIES",
      "WEB", "LOG_FILE", "LOG_LEVEL",
    ],
  ],
];

/**
 * A field for a setting. `value` is what the API takes: a text, or null for the default; `say` puts
 * a sentence below the field.
 */
export function settingField(
  record, { isReadOnly = false, onChange = () => {}, inherited = null } = {},
) {
  const id = `set-${record.key}`;
  const isFixed = Boolean(record.fixed_by) || isReadOnly;
  const before = record.value ?? "";
  const input = control(record, id, isFixed);
  const reset = h("button.plain.small", { type: "button" }, t("settings.reset"));
  const problem = h("p.bad.small", { role: "alert", id: `${id}-error` });
  let isReset = false;

  const value = () => {
    if (isReset) return null;
    if (record.kind === "boolean") return String(input.checked);
    return input.value.trim();
  };
  const isChanged = () => !isFixed && (isReset ? record.origin === "file"
    : record.kind === "secret" ? input.value !== "" : value() !== before);
  const changed = () => {
    reset.hidden = isFixed || isReset || (
      record.origin !== "file" && !isChanged()
    ) || record.default_value === undefined;
    element.classList.toggle("changed", isChanged());
    onChange();
  };
  input.addEventListener("input", () => {
    isReset = false;
    changed();
  });
  reset.addEventListener("click", () => {
    if (record.kind === "boolean") input.checked = record.default_value === "true";
    else input.value = record.default_value ?? "";
    isReset = true;
    changed();
    input.focus();
  });

  const { unit } = record;
  const element = h("div.setting", { dataset: { key: record.key } },
    h(
      "div.setting-name", {}, h("label", { for: id }, label(record.key)),
      h("code.soft", {}, record.key),
    ),
    h(
      "div.setting-value", {},
      h(
        "div.row.nowrap", {}, input,
        unit && h("span.soft", {}, has(`unit.${unit}`) ? t(`unit.${unit}`) : unit), reset,
      ),
      problem,
    ),
    h("div.setting-words.small", { id: `${id}-hint` }, h("p", {}, withCode(meaning(record))),
    h("p.soft", {}, facts(record, inherited)),
      record.fixed_by && h("p.warn.row", {}, icon("warning"), t("settings.fixed", { by: record.fixed_by }))));
  reset.hidden = isFixed || record.origin !== "file" || record.default_value === undefined;
  return {
    element, value, isChanged,
    say(text) {
      fill(problem, text);
      if (text) {
        input.setAttribute("aria-invalid", "true");
        input.focus();
      } else {
        input.removeAttribute("aria-invalid");
      }
    },
  };
}

function control(record, id, isFixed) {
  const common = {
    id, name: record.key, disabled: isFixed, "aria-describedby": `${id}-hint ${id}-error`,
  };
  const value = record.value ?? "";
  switch (record.kind) {
    case "boolean": return h("input", {
      ...common, type: "checkbox", role: "switch", checked: value === "true",
    });
    case "choice": {
      const select = h(
        "select", common,
        (record.choices ?? []).map((choice) => h("option", { value: choice }, choice)),
      );
      select.value = value;
      return select;
    }
    case "secret": return h("input", {
      ...common, type: "password", autocomplete: "new-password", placeholder: record.is_set ? t("password.kept") : t("password.none"),
    });
    case "whole":
    case "number": return h("input", {
      ...common, type: "number", value, min: record.minimum, max: record.maximum, step: record.kind === "whole" ? "1" : "any", inputmode: "decimal",
    });
    default: return h("input", {
      ...common, type: "text", value, spellcheck: "false", autocomplete: "off",
    });
  }
}

/** A sentence whose words between backticks are commands or values. */
const withCode = (sentence) => sentence.split("`").map(
  (part, index) => (index % 2 ? h("code", {}, part) : part)
);

const label = (key) => (has(`setting.${key}`) ? t(`setting.${key}`) : key);
const meaning = (record) => (
  has(`meaning.${record.key}`) ? t(`meaning.${record.key}`) : record.meaning
);

function facts(record, inherited) {
  const range = record.minimum !== undefined && record.maximum !== undefined
    ? t("settings.range", { least: record.minimum, most: record.maximum }) : "";
  const standard = inherited ?? record.default_value;
  return [
    standard !== undefined && t(
      inherited ? "settings.inherited" : "settings.default", { value: standard },
    ),
    range, t(`settings.effect.${record.effect}`),
    record.per_camera && !inherited && t("settings.perCamera"),
  ].filter(Boolean).join(" · ");
}
