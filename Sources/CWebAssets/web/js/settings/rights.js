// What somebody may do, and with which cameras.

import { h } from "../dom.js";
import { t } from "../i18n.js";

const ROLES = ["viewer", "operator", "admin"];

/** Fields for a role and cameras: `known` are the names to choose from, `rights` what is so now. */
export function rightsFields(known, rights = { role: "viewer" }) {
  const names = [...new Set([...known, ...rights.cameras ?? []])];
  const list = h("div.stack", { hidden: !rights.cameras }, names.map((name) => h("label.check", {},
    h("input", {
      type: "checkbox", name: "cameras", value: name,
      checked: rights.cameras?.includes(name) ?? false,
    }), name)));
  const all = h("input", {
    type: "checkbox", name: "all", checked: !rights.cameras,
    onchange: () => { list.hidden = all.checked; },
  });
  const cameras = h("fieldset.stack", { hidden: rights.role === "admin" },
    h("legend", {}, t("rights.cameras")), h("label.check", {}, all, t("rights.all")), list);
  const role = h("select", {
    name: "role", id: "field-role",
    onchange: () => { cameras.hidden = role.value === "admin"; },
  }, ROLES.map((each) => h("option", { value: each }, t(`role.${each}`))));
  role.value = rights.role;
  return [h("div.field", {}, h("label", { for: "field-role" }, t("role")), role), cameras];
}

/** The choice as the API takes it; an administrator sees every camera. */
export const rightsOf = (data) => ({
  role: data.get("role"),
  cameras: data.get("role") === "admin" || data.get("all") ? null : data.getAll("cameras"),
});

/** The choice in words. */
export const rightsWords = ({ role, cameras }) => t(`role.${role}`)
  + (cameras ? ` · ${t("rights.only", { cameras: cameras.join(", ") })}` : "");
