// Owns the tests of text.js: choosing a language, filling in, plurals.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseLanguage, language, onLanguageChange, setLanguage, t } from "../../../Api/wwwroot/js/text.js";
import { messages } from "../../../Api/wwwroot/js/i18n/index.js";

test("chooseLanguage: the remembered choice comes before the browser's", () => {
  assert.equal(chooseLanguage("ko", ["en-US"]), "ko");
});

test("chooseLanguage: the first language of the browser that is spoken here", () => {
  assert.equal(chooseLanguage(null, ["fr-FR", "ko-KR", "en"]), "ko");
});

test("chooseLanguage: English when nothing fits, and for a memory that makes no sense", () => {
  assert.equal(chooseLanguage(null, ["fr"]), "en");
  assert.equal(chooseLanguage("xx", []), "en");
});

test("t: numbers are written in the language and choose the plural", () => {
  setLanguage("en");
  assert.equal(t("credits.count", { count: 1 }), "1 credit");
  assert.equal(t("credits.count", { count: 1200 }), "1,200 credits");
  setLanguage("ko");
  assert.equal(t("credits.count", { count: 1200 }), "1,200크레딧");
});

test("t: what is filled in is taken as it is, braces and all", () => {
  setLanguage("en");
  assert.equal(t("player.label", { name: "{name} $& <b>" }), "Video: {name} $& <b>");
});

test("setLanguage: listeners hear of it; an unknown one changes nothing", () => {
  const heard = [];
  onLanguageChange((code) => heard.push(code));
  setLanguage("ko");
  setLanguage("xx");
  assert.equal(language(), "ko");
  assert.deepEqual(heard, ["ko", "ko"]);
});

test("messages: both languages have a text for every key, plurals have `other`", () => {
  for (const [key, entry] of Object.entries(messages)) {
    assert.deepEqual(Object.keys(entry), ["en", "ko"], key);
    for (const text of Object.values(entry)) assert.ok(typeof text === "string" ? text : text.other, key);
  }
});
