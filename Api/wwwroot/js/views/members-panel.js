// Owns who is in a shared workspace: members and their roles, invitations, the name.
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { moment } from "../format.js";
import { t } from "../text.js";
import { field } from "./field.js";
import { nameForm, roleChoice } from "./workspaces-panel.js";

/** `run` does something and shows its problem; `choose` shows a workspace anew. */
export function membersPanel(run, workspace, choose) {
  const isOwner = workspace.role === "owner";
  const list = el("ul", { class: "records" });
  const load = async () => fill(list, (await api.members(workspace.id)).map((member) =>
    memberRow(run, workspace, member, load)));
  run(load);
  return [
    el("section", { class: "card stack", "aria-labelledby": "members-title" },
      el("h2", { id: "members-title", class: "section-title" }, () => t("workspace.members")), list),
    isOwner && invitationsPanel(run, workspace),
    isOwner && el("section", { class: "card stack", "aria-label": () => t("workspace.rename") },
      nameForm("rename", () => t("workspace.rename"), workspace.name, (name) => run(async () =>
        choose(await api.renameWorkspace(workspace.id, name))))),
  ];
}

function memberRow(run, workspace, member, load) {
  const name = member.displayName || member.email || (() => t("workspace.member.gone"));
  const role = roleChoice({
    "aria-label": () => t("workspace.role.of", { name: member.displayName }),
    disabled: workspace.role !== "owner",
    // Whatever came of it, the list says how it is.
    onchange: () => run(() => api.changeRole(workspace.id, member.userId, role.value).finally(load)),
  }, member.role);
  const remove = async () => {
    await api.removeMember(workspace.id, member.userId);
    await load();
  };
  return el("li", { class: "record" },
    el("div", {},
      el("strong", { class: "file-name" }, name), " ", member.isMe && el("span", {}, () => t("workspace.member.me")),
      el("p", { class: "soft" }, member.email)),
    el("div", { class: "actions" }, role,
      workspace.role === "owner" && !member.isMe && el("button",
        { type: "button", class: "button quiet", onclick: () => run(remove) }, () => t("workspace.member.remove"))));
}

function invitationsPanel(run, workspace) {
  const list = el("ul", { class: "records" });
  const sent = el("p", { role: "status", hidden: true });
  const load = async () => fill(list, (await api.invitations(workspace.id)).map(row));
  const revoke = async (id) => {
    await api.revokeInvitation(workspace.id, id);
    await load();
  };
  const row = ({ id, email, role, expiresAt }) => el("li", { class: "record" },
    el("div", {}, el("strong", { class: "file-name" }, email),
      el("p", { class: "soft" }, () =>
        [t(`role.${role}`), t("workspace.invite.ends", { time: moment(expiresAt) })].join(" · "))),
    el("button", { type: "button", class: "button quiet", onclick: () => run(() => revoke(id)) },
      () => t("workspace.invite.revoke")));
  run(load);
  return el("section", { class: "card stack", "aria-labelledby": "invitations-title" },
    el("h2", { id: "invitations-title", class: "section-title" }, () => t("workspace.invite.title")),
    sent, list, inviteForm((order) => run(async () => {
      await api.invite(workspace.id, order);
      fill(sent, () => t("workspace.invite.sent"));
      sent.hidden = false;
      await load();
    })));
}

function inviteForm(onOrder) {
  const email = field("invite", "email", () => t("workspace.invite.email"),
    { type: "email", inputmode: "email", spellcheck: "false", autocomplete: "off" });
  const role = roleChoice({ id: "invite-role", name: "role" }, "editor");
  return el("form", {
    class: "stack", novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      email.say(email.input.value.trim() ? null : () => t("account.email.missing"));
      if (email.isWrong()) return email.input.focus();
      onOrder({ email: email.input.value.trim(), role: role.value });
      email.input.value = "";
    },
  }, email.whole,
  el("div", { class: "field" }, el("label", { for: "invite-role" }, () => t("workspace.role")), role),
  el("div", { class: "actions" },
    el("button", { type: "submit", class: "button" }, () => t("workspace.invite"))));
}
