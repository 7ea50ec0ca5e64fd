// Owns who is signed in on this page and what the workspace's credits are.
import * as api from "./api.js";

const listeners = new Set();
let user = null;

/** The signed-in user, or null. */
export function currentUser() {
  return user;
}

/** Told at every change: who is signed in, or the credits. */
export function onSessionChange(listener) {
  listeners.add(listener);
}

/** Asks the server who this is; the cookie says it, no script can read it. */
export async function loadSession() {
  try {
    change(await api.me());
  } catch (fault) {
    if (fault.status !== 401) throw fault;
    change(null);
  }
  return user;
}

export async function createAccount(email, password) {
  await api.signUp({ email, password });
  return enter(email, password);
}

export async function enter(email, password) {
  await api.signIn({ email, password });
  return loadSession();
}

export async function leave() {
  await api.signOut();
  change(null);
}

/** After something that moves credits. The balance is a service to the eye: failing to read it stops nothing. */
export async function refreshCredits() {
  if (!user) return;
  const credits = await api.credits().catch(() => null);
  if (credits && user) change({ ...user, credits });
}

function change(next) {
  user = next;
  for (const listener of listeners) listener(user);
}
