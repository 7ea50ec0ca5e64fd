// Owns the list of where the user is signed in.
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { moment } from "../format.js";
import { t } from "../text.js";

/** `run` does something and shows its problem; `onLeave` is called when this device was signed out. */
export function devicesPanel(run, onLeave) {
  const list = el("ul", { class: "records" });
  const all = el("button", { type: "button", class: "button", onclick: () => run(leaveOthers) },
    () => t("security.devices.others"));
  const load = async () => fill(list, (await api.devices()).map(row));
  const leaveOthers = async () => {
    await api.endOtherDevices();
    await load();
  };
  const leave = async (device) => {
    await api.endDevice(device.id);
    if (device.isCurrent) onLeave();
    else await load();
  };
  const row = (device) => el("li", { class: "record" },
    el("div", {},
      el("strong", { class: "file-name" }, () => device.name || t("security.device.nameless")),
      el("p", { class: "soft" }, () => [
        device.isCurrent ? t("security.device.this") : t("security.device.used", { time: moment(device.lastUsedAt) }),
        device.address,
      ].join(" · "))),
    el("button", { type: "button", class: "button quiet", onclick: () => run(() => leave(device)) },
      () => t("account.leave")));
  run(load);
  return el("section", { class: "card stack", "aria-labelledby": "devices-title" },
    el("h2", { id: "devices-title", class: "section-title" }, () => t("security.devices")),
    list, el("div", { class: "actions" }, all));
}
