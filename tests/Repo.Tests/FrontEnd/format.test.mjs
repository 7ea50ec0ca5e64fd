// Owns the tests of format.js: sizes, times, prices in both languages.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "../../../Api/wwwroot/js/format.js";
import { setLanguage } from "../../../Api/wwwroot/js/text.js";

test("percent: never rounds up to done, never leaves 0 to 100", () => {
  setLanguage("en");
  assert.equal(format.percent(0.999), "99%");
  assert.equal(format.percent(0.29), "29%");
  assert.equal(format.percent(1.2), "100%");
  assert.equal(format.percent(-1), "0%");
});

test("bytes: steps of 1000", () => {
  setLanguage("en");
  assert.equal(format.bytes(0), "0 byte");
  assert.equal(format.bytes(1_500_000), "1.5 MB");
  assert.equal(format.bytes(12_345), "12 kB");
  assert.equal(format.bytes(7_000_000_000), "7 GB");
});

test("duration: the two largest units that say something", () => {
  setLanguage("en");
  assert.equal(format.duration(0), "0 sec");
  assert.equal(format.duration(58_400), "58 sec");
  assert.equal(format.duration(120_000), "2 min");
  assert.equal(format.duration(3_723_000), "1 hr 2 min");
  setLanguage("ko");
  assert.equal(format.duration(125_000), "2분 5초");
});

test("remaining: no finer than it can be known", () => {
  setLanguage("en");
  assert.equal(format.remaining(3_000), "a few seconds left");
  assert.equal(format.remaining(21_000), "about 25 sec left");
  assert.equal(format.remaining(61_000), "about 2 min left");
});

test("timecode: hours only when there are any", () => {
  assert.equal(format.timecode(7_999), "0:07");
  assert.equal(format.timecode(725_000), "12:05");
  assert.equal(format.timecode(3_723_000), "1:02:03");
});

test("moment: the time alone for today, with its day else", () => {
  setLanguage("ko");
  const now = new Date(2026, 4, 6, 15, 0);
  assert.doesNotMatch(format.moment(new Date(2026, 4, 6, 9, 30).toISOString(), now), /2026/);
  assert.match(format.moment(new Date(2026, 4, 5, 9, 30).toISOString(), now), /2026.*5.*5/);
});

test("languageName: in the language of the page; a code that nobody knows stays", () => {
  setLanguage("ko");
  assert.equal(format.languageName("en"), "영어");
  assert.equal(format.languageName("no such code"), "no such code");
});

test("quote texts: known items are translated, others shown as the price list has them", () => {
  setLanguage("ko");
  assert.equal(format.quoteItem("transcription"), "음성 인식");
  assert.equal(format.quoteItem("translation", "en"), "번역: 영어");
  assert.equal(format.quoteItem("dubbing"), "dubbing");
  assert.equal(format.quoteQuantity(1200, "minutes"), "1,200분");
  assert.equal(format.quoteQuantity(2, "voices"), "2 voices");
});

test("quote rate: the whole calculation where a minute has a price", () => {
  setLanguage("en");
  const line = { quantity: 90, unit: "second", creditsPerMinute: 10 };
  assert.equal(format.quoteRate(line), "90 seconds × 10 credits a minute");
  assert.equal(format.quoteRate({ ...line, quantity: 1, unit: "job", creditsPerMinute: null }), "1 job");
  setLanguage("ko");
  assert.equal(format.quoteRate(line), "90초 × 분당 10크레딧");
});
