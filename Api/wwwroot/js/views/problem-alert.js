// Owns the line of a page that shows why an action failed.
import { el, fill } from "../dom.js";
import { asProblem, problemText } from "../problem.js";

/** The line, and what runs an action and shows its problem there. A session that ended leads to the sign-in. */
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
