// Owns the question to sign in again, before what only a person who is here may do.
import { el } from "../dom.js";
import { asProblem } from "../problem.js";
import { t } from "../text.js";
import { accountCard } from "./account-card.js";

/** Does it; asks the person to sign in first when the server wants that, and then does it again. */
export async function asMyself(act) {
  try {
    return await act();
  } catch (fault) {
    if (asProblem(fault).code !== "sign_in_again") throw fault;
    if (!(await signInAgain())) return null;
    return act();
  }
}

/** Whether the person signed in. */
function signInAgain() {
  return new Promise((resolve) => {
    const dialog = el("dialog", { class: "dialog", "aria-label": () => t("security.again") },
      accountCard({
        first: "enter",
        lead: () => t("security.again"),
        onEnter: () => {
          resolve(true);
          dialog.close();
        },
      }));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(false);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
