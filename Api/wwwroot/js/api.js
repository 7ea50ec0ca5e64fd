// Owns every conversation with the server: addresses, headers, and errors as one kind of value.
const root = "/api/v1";

/** A refusal or a fault: a stable `code`, and the server's own sentence in English. Status 0: nothing answered. */
export class Problem extends Error {
  constructor(code, status, detail = "") {
    super(detail || code);
    this.name = "Problem";
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

export const signUp = (account) => send("POST", "/users", account, { renews: false });
export const signIn = (account) => send("POST", "/sessions", { ...account, useCookies: true }, { renews: false });
export const enterCode = (code) => send("POST", "/sessions/code", { code }, { renews: false });
export const signOut = () => send("DELETE", "/sessions/current");
export const me = () => send("GET", "/me");
export const askReset = (email) => send("POST", "/password-resets", { email }, { renews: false });
export const resetPassword = (token, password) =>
  send("POST", "/password-resets/confirm", { token, password }, { renews: false });
export const verifyEmail = (token) => send("POST", "/email-verifications/confirm", { token }, { renews: false });
export const confirmEmail = (token) => send("POST", "/email-changes/confirm", { token }, { renews: false });
export const sendVerification = () => send("POST", "/me/email-verification");
export const changeEmail = (password, email) => send("POST", "/me/email", { password, email });
export const changePassword = (password, newPassword) => send("POST", "/me/password", { password, newPassword });
export const deleteAccount = (password) => send("POST", "/me/deletion", { password });
export const keepAccount = () => send("DELETE", "/me/deletion");
export const exportData = async () =>
  new Blob([JSON.stringify(await send("GET", "/me/export"), null, 2)], { type: "application/json" });
export const outbox = async () => settled(await exchange("/dev/outbox/mails", {})).items;
export const credits = () => send("GET", "/credits");
export const spokenLanguages = async () => (await send("GET", "/languages")).items.map((item) => item.code);

export const providers = async () => (await send("GET", "/sign-in")).items;
export const providerUrl = (name) => `${root}/sign-in/${path(name)}`;
export const linkProvider = (name) => send("POST", `/me/providers/${path(name)}`);
export const devices = async () => (await send("GET", "/sessions")).items;
export const endDevice = (id) => send("DELETE", `/sessions/${path(id)}`);
export const endOtherDevices = () => send("DELETE", "/sessions?keepCurrent=true");
export const secondFactor = () => send("GET", "/second-factor");
export const beginSecondFactor = () => send("POST", "/second-factor");
export const confirmSecondFactor = async (code) => (await send("POST", "/second-factor/confirm", { code })).codes;
export const renewRecoveryCodes = async (code) => (await send("POST", "/second-factor/recovery-codes", { code })).codes;
export const endSecondFactor = (code) => send("POST", "/second-factor/off", { code });
export const apiKeys = async () => (await send("GET", "/api-keys")).items;
export const createApiKey = (key) => send("POST", "/api-keys", key);
export const rotateApiKey = (id) => send("POST", `/api-keys/${path(id)}/rotate`, {});
export const revokeApiKey = (id) => send("DELETE", `/api-keys/${path(id)}`);

export const createUpload = (file, signal) => send("POST", "/uploads", file, { signal });
export const getUpload = (id, signal) => send("GET", `/uploads/${path(id)}`, undefined, { signal });
export const deleteUpload = (id) => send("DELETE", `/uploads/${path(id)}`);
export const completeUpload = (id, parts, signal) =>
  send("POST", `/uploads/${path(id)}/complete`, { parts }, { signal });

export const quote = (order, signal) => send("POST", "/quotes", order, { signal });
export const startJob = (order, idempotencyKey) =>
  send("POST", "/jobs", order, { headers: { "Idempotency-Key": idempotencyKey } });
export const listJobs = (cursor, limit = 20) =>
  send("GET", `/jobs?limit=${limit}${cursor ? `&cursor=${path(cursor)}` : ""}`);
export const getJob = (id) => send("GET", `/jobs/${path(id)}`);
export const cancelJob = (id) => send("POST", `/jobs/${path(id)}/cancel`);
export const retryJob = (id) => send("POST", `/jobs/${path(id)}/retry`);
export const getCues = (id, language) => send("GET", `/jobs/${path(id)}/captions/${path(language)}.json`);

export function captionsUrl(id, language, format, download = false) {
  return `${root}/jobs/${path(id)}/captions/${path(language)}.${format}${download ? "?download=1" : ""}`;
}

/** Events of one job. The browser reconnects by itself; `onLost` says that the server turned it away. */
export function watchJob(id, { onJob, onRetry, onLost }) {
  const source = new EventSource(`${root}/jobs/${path(id)}/events`);
  source.addEventListener("job", (event) => onJob(JSON.parse(event.data)));
  source.addEventListener("error", () => (source.readyState === EventSource.CLOSED ? onLost() : onRetry()));
  return () => source.close();
}

/** Sends one part to its signed address. XMLHttpRequest, because fetch cannot say how much has left. */
export function putPart(url, body, { digest, signal, onSent }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open("PUT", url);
    if (digest) request.setRequestHeader("Content-Digest", `sha-256=:${digest}:`);
    request.upload.addEventListener("progress", (event) => onSent(event.loaded));
    request.addEventListener("load", () =>
      (request.status < 300 ? resolve() : reject(problemOf(request.status, parse(request.responseText)))));
    request.addEventListener("error", () => reject(new Problem("network", 0)));
    request.addEventListener("abort", () => reject(signal.reason));
    request.addEventListener("loadend", () => signal.removeEventListener("abort", abort));
    signal.addEventListener("abort", abort);
    if (signal.aborted) reject(signal.reason);
    else request.send(body);
  });
}

let renewal = null;

/**
 * New tokens, in cookies that no script reads. One request for all who wait for it, in this tab and in the others: a
 * refresh token is good for one use.
 */
export function renewSession() {
  const renew = () => send("POST", "/sessions/refresh", {}, { renews: false });
  const locks = globalThis.navigator?.locks;
  renewal ??= (locks ? locks.request("ax2.renew", renew) : renew()).finally(() => {
    renewal = null;
  });
  return renewal;
}

async function send(method, address, body, { headers = {}, signal, renews = true } = {}) {
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  const request = {
    method,
    signal,
    headers: { Accept: "application/json", ...type, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  };
  const answer = await exchange(root + address, request);
  if (!(renews && answer instanceof Problem && answer.code === "not_signed_in")) return settled(answer);
  await renewSession();
  return settled(await exchange(root + address, request));
}

/** What was answered: a value, or a refusal as a `Problem`. */
async function exchange(url, request) {
  const response = await reach(url, request);
  const text = await response.text();
  if (!response.ok) return problemOf(response.status, parse(text));
  return text ? JSON.parse(text) : null;
}

function settled(answer) {
  if (answer instanceof Problem) throw answer;
  return answer;
}

async function reach(url, request) {
  try {
    return await fetch(url, request);
  } catch (fault) {
    if (request.signal?.aborted) throw fault;
    throw new Problem("network", 0);
  }
}

function problemOf(status, body) {
  return new Problem(body?.code ?? "unknown", status, body?.detail ?? body?.title ?? "");
}

// A proxy's error page is not a problem document.
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function path(value) {
  return encodeURIComponent(value);
}
