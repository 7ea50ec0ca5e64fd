// Owns which workspace this browser acts in: the user's own, or a shared one that was chosen here.
const memoryKey = "ax2.workspace";
let chosen = remembered();

/** `{ id, name }` of a shared workspace, or null for the user's own. */
export function chosenWorkspace() {
  return chosen;
}

/** Null goes back to the user's own. */
export function chooseWorkspace(workspace) {
  chosen = workspace && { id: workspace.id, name: workspace.name };
  try {
    if (chosen) localStorage.setItem(memoryKey, JSON.stringify(chosen));
    else localStorage.removeItem(memoryKey);
  } catch {
    // Storage can be refused; the choice then lasts as long as the page.
  }
}

function remembered() {
  try {
    const { id, name } = JSON.parse(localStorage.getItem(memoryKey));
    return typeof id === "string" && typeof name === "string" ? { id, name } : null;
  } catch {
    return null;
  }
}
