// Owns the API keys: making one, seeing it once, rotating and revoking.
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { moment } from "../format.js";
import { t } from "../text.js";
import { field } from "./field.js";
import { asMyself } from "./sign-in-dialog.js";

const scopes = ["jobs:read", "jobs:write", "credits:read"];
const scopeNames = {
  "jobs:read": () => t("security.scope.jobs.read"),
  "jobs:write": () => t("security.scope.jobs.write"),
  "credits:read": () => t("security.scope.credits.read"),
};

/** `run` does something and shows its problem. */
export function keysPanel(run) {
  const list = el("ul", { class: "records" });
  const made = el("div", { class: "stack", hidden: true });
  const load = async () => fill(list, (await api.apiKeys()).map(row));
  const show = async (answer) => {
    if (!answer) return;
    fill(made, el("p", {}, () => t("security.key.once")), el("p", { class: "secret" }, answer.key));
    made.hidden = false;
    await load();
  };
  const row = (key) => el("li", { class: "record" },
    el("div", {},
      el("strong", { class: "file-name" }, key.name), " ", el("code", {}, `${key.prefix}…`),
      el("p", { class: "soft" }, () => [
        key.scopes.map((scope) => scopeNames[scope]()).join(", "),
        t("security.key.ends", { time: moment(key.expiresAt) }),
        key.lastUsedAt ? t("security.device.used", { time: moment(key.lastUsedAt) }) : t("security.key.unused"),
      ].join(" · "))),
    el("div", { class: "actions" },
      act(() => t("security.key.rotate"), async () => show(await asMyself(() => api.rotateApiKey(key.id)))),
      act(() => t("security.key.revoke"), async () => {
        await api.revokeApiKey(key.id);
        await load();
      })));
  const act = (text, work) =>
    el("button", { type: "button", class: "button quiet", onclick: () => run(work) }, text);
  run(load);
  return el("section", { class: "card stack", "aria-labelledby": "keys-title" },
    el("h2", { id: "keys-title", class: "section-title" }, () => t("security.keys")),
    el("p", { class: "soft" }, () => t("security.keys.lead")),
    made, list, keyForm((order) => run(async () => show(await asMyself(() => api.createApiKey(order))))));
}

function keyForm(onOrder) {
  const name = field("key", "name", () => t("security.key.name"), { type: "text", maxlength: "100" });
  const boxes = scopes.map((scope) =>
    el("input", { type: "checkbox", name: scope, checked: scope !== "credits:read" }));
  return el("form", {
    class: "stack", novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      name.say(name.input.value.trim() ? null : () => t("security.key.name.missing"));
      if (name.isWrong()) return name.input.focus();
      onOrder({
        name: name.input.value.trim(),
        scopes: boxes.filter((box) => box.checked).map((box) => box.name),
      });
      name.input.value = "";
    },
  }, name.whole, el("fieldset", { class: "choices" }, el("legend", {}, () => t("security.key.scopes")),
    boxes.map((box) => el("label", {}, box, " ", scopeNames[box.name]))),
  el("div", { class: "actions" },
    el("button", { type: "submit", class: "button" }, () => t("security.key.make"))));
}
