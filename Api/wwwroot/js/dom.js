// Owns how pages are built: elements and text, never HTML strings, and text that follows the language.
import { onLanguageChange } from "./text.js";

const svgNamespace = "http://www.w3.org/2000/svg";

// A function given as text or as an attribute is asked again when the language changes.
const renderers = new WeakMap();
onLanguageChange(() => globalThis.document && refresh(document.documentElement));

/** An element. Attributes starting with `on` are listeners; functions are kept up with the language. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else attribute(element, name, value);
  }
  element.append(...nodes(children));
  return element;
}

export function attribute(element, name, value) {
  if (typeof value === "function") keep(element, name, () => put(element, name, value()));
  else {
    renderers.get(element)?.delete(name);
    put(element, name, value);
  }
}

/** Replaces what is inside: text, functions that answer text, elements; null and false are left out. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/** A line drawing from a path on a 24 by 24 grid, for the eye only. */
export function drawing(path, className) {
  const svg = document.createElementNS(svgNamespace, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", class: className, "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS(svgNamespace, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Says a sentence to a screen reader without moving the focus. */
export function announce(text) {
  const voice = document.getElementById("voice");
  if (voice) voice.textContent = text;
}

/** Moves the focus to a heading or a region that is not a control. */
export function focusOn(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: false });
}

export function titleOf(render) {
  keep(document.documentElement, "title", () => {
    document.title = render();
  });
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === "function" ? liveText(child) : child));
}

function liveText(render) {
  const node = document.createTextNode("");
  keep(node, "text", () => {
    node.data = render();
  });
  return node;
}

function put(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

function keep(node, name, render) {
  if (!renderers.has(node)) renderers.set(node, new Map());
  renderers.get(node).set(name, render);
  render();
}

function refresh(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = root; node; node = walker.nextNode()) {
    for (const render of renderers.get(node)?.values() ?? []) render();
  }
}
