// Owns the second factor: turning it on with an authenticator app, its recovery codes, turning it off.
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { t } from "../text.js";
import { codeField } from "./field.js";
import { asMyself } from "./sign-in-dialog.js";

/** `run` does something and shows its problem. */
export function factorPanel(run) {
  const body = el("div", { class: "stack" });
  const load = async () => {
    const { isOn, recoveryCodesLeft } = await api.secondFactor();
    fill(body, isOn ? on(recoveryCodesLeft) : off());
  };
  const begin = async () => {
    const setup = await asMyself(api.beginSecondFactor);
    if (setup) fill(body, confirmation(setup));
  };
  const off = () => [
    el("p", { class: "soft" }, () => t("security.factor.off")),
    el("div", { class: "actions" }, button(() => t("security.factor.begin"), begin)),
  ];
  const on = (left) => [
    el("p", {}, () => t("security.factor.on", { count: left })),
    codeForm([
      ["button", () => t("security.factor.renew"), renew],
      ["button danger", () => t("security.factor.end"), end],
    ]),
  ];
  const confirmation = (setup) => [
    el("p", {}, () => t("security.factor.scan")),
    el("p", {}, el("a", { class: "link", href: setup.uri }, () => t("security.factor.link"))),
    el("p", { class: "secret" }, setup.secret.match(/.{1,4}/g).join(" ")),
    codeForm([["button primary", () => t("security.factor.confirm"), confirm]]),
  ];
  const confirm = async (code) => showCodes(await asMyself(() => api.confirmSecondFactor(code)));
  const renew = async (code) => showCodes(await asMyself(() => api.renewRecoveryCodes(code)));
  const end = async (code) => {
    await asMyself(() => api.endSecondFactor(code));
    await load();
  };
  const showCodes = (codes) => codes && fill(body,
    el("p", {}, () => t("security.factor.codes")),
    el("ul", { class: "secret" }, codes.map((code) => el("li", {}, code))),
    el("div", { class: "actions" }, button(() => t("security.factor.kept"), load)));
  const codeForm = (acts) => {
    const code = codeField("factor");
    const act = (chosen) => run(() => chosen(code.input.value.trim()));
    return el("form", {
      class: "stack", novalidate: true, onsubmit: (event) => {
        event.preventDefault();
        act(acts[0][2]);
      },
    }, code.whole, el("div", { class: "actions" }, acts.map(([style, text, chosen], index) => el("button",
      index === 0 ? { type: "submit", class: style } : { type: "button", class: style, onclick: () => act(chosen) },
      text))));
  };
  const button = (text, act) => el("button", { type: "button", class: "button", onclick: () => run(act) }, text);
  run(load);
  return el("section", { class: "card stack", "aria-labelledby": "factor-title" },
    el("h2", { id: "factor-title", class: "section-title" }, () => t("security.factor")), body);
}
