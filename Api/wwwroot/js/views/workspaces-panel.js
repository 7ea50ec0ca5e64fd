// Owns the list of the user's workspaces: which one is in use, choosing another, making and leaving one.
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { t } from "../text.js";
import { chosenWorkspace } from "../workspace.js";
import { field } from "./field.js";

const roleNames = {
  owner: () => t("role.owner"), editor: () => t("role.editor"), viewer: () => t("role.viewer"),
  billing: () => t("role.billing"),
};

/** `run` does something and shows its problem; `choose` goes to another workspace, null is the user's own. */
export function workspacesPanel(run, choose) {
  const list = el("ul", { class: "records" });
  const isCurrent = ({ id, isHome }) => (chosenWorkspace() ? chosenWorkspace().id === id : isHome);
  const leave = async (workspace) => {
    await api.leaveWorkspace(workspace.id);
    if (isCurrent(workspace)) choose(null);
    else await load();
  };
  const row = (workspace) => el("li", { class: "record" },
    el("div", {},
      el("strong", { class: "file-name" }, workspace.isHome ? () => t("workspace.own") : workspace.name),
      el("p", { class: "soft" }, roleNames[workspace.role])),
    el("div", { class: "actions" },
      isCurrent(workspace)
        ? el("strong", {}, () => t("workspace.current"))
        : act(() => t("workspace.use"), () => choose(workspace.isHome ? null : workspace)),
      !workspace.isHome && act(() => t("workspace.leave"), () => leave(workspace))));
  const act = (text, work) =>
    el("button", { type: "button", class: "button quiet", onclick: () => run(work) }, text);
  const load = async () => fill(list, (await api.workspaces()).map(row));
  run(load);
  return el("section", { class: "card stack", "aria-labelledby": "workspaces-title" },
    el("h2", { id: "workspaces-title", class: "section-title" }, () => t("workspace.title")),
    el("p", { class: "soft" }, () => t("workspace.lead")), list,
    nameForm("make", () => t("workspace.make"), "", (name) => run(async () =>
      choose(await api.createWorkspace(name)))));
}

/** A form that asks for a workspace's name. */
export function nameForm(id, submit, known, onName) {
  const name = field(id, "name", () => t("workspace.name"), { type: "text", maxlength: "100", value: known });
  return el("form", {
    class: "stack", novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      name.say(name.input.value.trim() ? null : () => t("workspace.name.missing"));
      if (name.isWrong()) return name.input.focus();
      onName(name.input.value.trim());
    },
  }, name.whole, el("div", { class: "actions" }, el("button", { type: "submit", class: "button" }, submit)));
}

/** A choice between the roles. */
export function roleChoice(attributes, current) {
  return el("select", attributes, Object.entries(roleNames).map(([role, name]) =>
    el("option", { value: role, selected: role === current }, name)));
}
