// Owns the line of a page that tells what became of an act that failed.
import { el, fill } from "../dom.js";
import { asProblem, problemText } from "../problem.js";

/** The line, and what runs an act and tells its problem there. Who is not signed in any more is sent away. */
export function problemAlert(onSignedOut) {
  const alert = el("p", { class: "alert", role: "alert", hidden: true });
  const run = async (act) => {
    alert.hidden = true;
    try {
      await act();
    } catch (fault) {
      const problem = asProblem(fault);
      if (problem.code === "not_signed_in") return onSignedOut();
      fill(alert, () => problemText(problem));
      alert.hidden = false;
    }
  };
  return { alert, run };
}
