// Owns how a refusal or a fault is put into words.
import { Problem } from "./api.js";
import { has, t } from "./text.js";

/** Our sentence for a known code, else the server's, else a general one. */
export function problemText(problem) {
  const key = `problem.${problem.code}`;
  if (has(key) && problem.code !== "unknown") return t(key);
  return problem.detail || t("problem.unknown");
}

/** Anything that was thrown, as a problem; what is not one is a defect of the page and goes to the console. */
export function asProblem(fault) {
  if (fault instanceof Problem) return fault;
  console.error(fault);
  return new Problem("unknown", 0);
}
