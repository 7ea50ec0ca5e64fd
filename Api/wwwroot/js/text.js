// Owns the language of the page: which one it is, the texts in it, and its change listeners.
import { messages } from "./i18n/index.js";

export const languages = [
  { code: "en", name: "English" },
  { code: "ko", name: "한국어" },
];

const memoryKey = "ax2.language";
const listeners = new Set();
let current = chooseLanguage(remembered(), globalThis.navigator?.languages ?? []);
markDocument();

/** What was chosen here before, else the first of the browser's languages that we speak, else English. */
export function chooseLanguage(chosen, preferred) {
  const known = (code) => languages.some((language) => language.code === code);
  if (known(chosen)) return chosen;
  return preferred.map((tag) => tag.toLowerCase().split("-")[0]).find(known) ?? "en";
}

export function language() {
  return current;
}

export function setLanguage(code) {
  current = chooseLanguage(code, [current]);
  remember(current);
  markDocument();
  for (const listener of listeners) listener(current);
}

export function onLanguageChange(listener) {
  listeners.add(listener);
}

/** The text for a key, with {names} filled in. A `count` chooses between the forms of a plural. */
export function t(key, values = {}) {
  const text = has(key) ? messages[key][current] : key;
  const form = typeof text === "string" ? text : text[pluralForm(values.count)] ?? text.other;
  return form.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

export function has(key) {
  return Object.hasOwn(messages, key);
}

function pluralForm(count) {
  return new Intl.PluralRules(current).select(count ?? 0);
}

function shown(value) {
  return typeof value === "number" ? new Intl.NumberFormat(current).format(value) : String(value ?? "");
}

function markDocument() {
  if (globalThis.document) document.documentElement.lang = current;
}

// Storage can be refused (a private window, a strict setting); the choice then lasts as long as the page.
function remembered() {
  try {
    return localStorage.getItem(memoryKey);
  } catch {
    return null;
  }
}

function remember(code) {
  try {
    localStorage.setItem(memoryKey, code);
  } catch {
    // Nothing is lost but the memory of the choice.
  }
}
