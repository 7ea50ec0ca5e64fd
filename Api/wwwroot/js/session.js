// Owns who is signed in on this page and what the workspace's credits are.
import * as api from "./api.js";
import { language } from "./text.js";
import { chooseWorkspace, chosenWorkspace } from "./workspace.js";

// A link and a video need a fresh cookie just as a request does, and cannot ask for one: so it is renewed before.
const renewBeforeMs = 90_000;

// For some minutes the server gives the tokens of a lost answer again. Later the used token would end the session.
const renewAgainMs = [2_000, 5_000, 10_000];

const listeners = new Set();
let user = null;
let renewTimer = 0;

/** The signed-in user, or null. */
export function currentUser() {
  return user;
}

/** Called at every change: who is signed in, or the credits. */
export function onSessionChange(listener) {
  listeners.add(listener);
}

/** Asks the server who this is; the cookie says it, no script can read it. */
export async function loadSession() {
  try {
    const me = await api.me();
    change(chosenWorkspace() ? { ...me, credits: await creditsOfChosen() ?? me.credits } : me);
    renewInTime(me.accessExpiresAt);
  } catch (fault) {
    if (fault.status !== 401) throw fault;
    change(null);
  }
  return user;
}

/** The server does not say whether the address was known before; that the password does not fit, does. */
export async function createAccount(email, password) {
  await api.signUp({ email, password, language: language() });
  try {
    return await enter(email, password);
  } catch (fault) {
    throw fault.code === "sign_in_failed" ? new api.Problem("email_unclear", fault.status) : fault;
  }
}

export async function enter(email, password) {
  await api.signIn({ email, password });
  return loadSession();
}

/** The second step of `enter`, when it was refused as `mfa_required`. */
export async function enterCode(code) {
  await api.enterCode(code);
  return loadSession();
}

export async function leave() {
  await api.signOut();
  chooseWorkspace(null);
  change(null);
}

/** After something that moves credits. The balance is a service to the eye: failing to read it stops nothing. */
export async function refreshCredits() {
  if (!user) return;
  const credits = await api.credits().catch(() => null);
  if (credits && user) change({ ...user, credits });
}

// Whoever is in it no more is back in the own one, without a word: the name in the bar says so.
async function creditsOfChosen() {
  try {
    return await api.credits();
  } catch (fault) {
    if (fault.code === "workspace_unknown") chooseWorkspace(null);
    return null;
  }
}

function renewInTime(expiresAt) {
  clearTimeout(renewTimer);
  renewTimer = setTimeout(renew, Math.max(0, Date.parse(expiresAt) - Date.now() - renewBeforeMs));
}

// A fault is not shown here: the next request tries again, and shows it.
async function renew(waits = renewAgainMs) {
  try {
    const tokens = await api.renewSession();
    if (user) renewInTime(tokens.expiresAt);
  } catch (fault) {
    const [wait, ...later] = waits;
    const isRefused = fault.status >= 400 && fault.status < 500;
    if (user && wait && !isRefused) renewTimer = setTimeout(renew, wait, later);
  }
}

function change(next) {
  user = next;
  for (const listener of listeners) listener(user);
}
