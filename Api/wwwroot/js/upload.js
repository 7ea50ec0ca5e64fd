// Owns sending a file: its parts in parallel, each with its SHA-256, tried again with back-off, resumable.
import * as api from "./api.js";
import { mayPass, parallelParts, partRange, retryDelayMs, sentBytes, triesPerPart } from "./upload-plan.js";

const roundsToComplete = 3;
const completionPauseMs = 1_000;

/**
 * Sends what is missing of an open upload and completes it. Answers the upload as it is then.
 * A part that is in already is read and compared, not trusted: the file may have changed since.
 * `onProgress` is called with `{ state, sentBytes, totalBytes }`; state is `sending`, `retrying` or `checking`.
 */
export async function sendFile(file, upload, { signal, onProgress }) {
  let view = upload;
  for (let round = 1; ; round += 1) {
    const sending = new Sending(file, view, signal, onProgress);
    const parts = await sending.all();
    onProgress({ state: "checking", sentBytes: file.size, totalBytes: file.size });
    try {
      return await complete(view.id, parts, signal);
    } catch (fault) {
      const incomplete = ["part_missing", "part_checksum_mismatch"].includes(fault.code);
      if (!incomplete || round === roundsToComplete) throw fault;
      view = await api.getUpload(view.id, signal);
    }
  }
}

class Sending {
  #file;
  #upload;
  #signal;
  #onProgress;
  #parts;
  #left = new Map();
  #retrying = new Set();
  #halt = new AbortController();

  constructor(file, upload, signal, onProgress) {
    this.#file = file;
    this.#upload = upload;
    this.#onProgress = onProgress;
    this.#parts = upload.parts.map((part) => ({ ...part }));
    this.#signal = AbortSignal.any([signal, this.#halt.signal]);
  }

  /** Every part's number and checksum, in order. The first part that fails for good stops the others. */
  async all() {
    const queue = this.#parts.values();
    const checksums = [];
    const worker = async () => {
      for (const part of queue) checksums.push({ number: part.number, sha256: await this.#send(part) });
    };
    this.#report();
    try {
      await Promise.all(Array.from({ length: parallelParts }, worker));
    } catch (fault) {
      this.#halt.abort(fault);
      throw fault;
    }
    const known = checksums.filter((checksum) => checksum.sha256 !== null);
    return known.sort((one, other) => one.number - other.number);
  }

  async #send(part) {
    const { start, end } = partRange(part, this.#upload.partSizeBytes);
    const body = await read(this.#file, start, end);
    const hash = await sha256(body);
    for (let attempt = 0; !part.received; attempt += 1) await this.#try(part, body, hash, attempt);
    if (hash && part.sha256 && part.sha256 !== hash.hex) throw new api.Problem("file_changed", 0);
    return hash?.hex ?? null;
  }

  async #try(part, body, hash, attempt) {
    try {
      this.#signal.throwIfAborted();
      const onSent = (bytes) => this.#sent(part, bytes);
      await api.putPart(part.url, body, { digest: hash?.base64, signal: this.#signal, onSent });
      Object.assign(part, { received: true, sha256: hash?.hex ?? null });
    } catch (fault) {
      this.#signal.throwIfAborted();
      if (!(fault instanceof api.Problem) || !mayPass(fault) || attempt + 1 >= triesPerPart) throw fault;
      this.#retrying.add(part.number);
      this.#sent(part, 0);
      await pause(retryDelayMs(attempt, Math.random()), this.#signal);
      await this.#renew(part);
    }
    this.#retrying.delete(part.number);
    this.#report();
  }

  // Asks again for the part: its signed address may have run out, or it arrived and only the answer was lost.
  async #renew(part) {
    const fresh = await api.getUpload(this.#upload.id, this.#signal).catch((fault) => {
      if (mayPass(fault)) return null;
      throw fault;
    });
    Object.assign(part, fresh?.parts.find((candidate) => candidate.number === part.number));
  }

  #sent(part, bytes) {
    this.#left.set(part.number, bytes);
    this.#report();
  }

  #report() {
    this.#onProgress({
      state: this.#retrying.size > 0 ? "retrying" : "sending",
      sentBytes: sentBytes(this.#parts, this.#left),
      totalBytes: this.#file.size,
    });
  }
}

// Completing is idempotent: an answer that got lost is asked for again, and so is one that says "still open", because
// joining and probing a large file takes longer than one request.
async function complete(id, parts, signal) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const upload = await api.completeUpload(id, parts, signal);
      if (upload.state !== "open") return upload;
      attempt = -1;
      await pause(completionPauseMs, signal);
    } catch (fault) {
      const retry = fault instanceof api.Problem && fault.code !== "part_checksum_mismatch" && mayPass(fault);
      if (!retry || attempt + 1 >= triesPerPart) throw fault;
      await pause(retryDelayMs(attempt, Math.random()), signal);
    }
  }
}

async function read(file, start, end) {
  try {
    return await file.slice(start, end).arrayBuffer();
  } catch {
    throw new api.Problem("file_changed", 0);
  }
}

// Browsers offer SHA-256 to secure pages only; on a plain http address of a network the server's own check must do.
async function sha256(body) {
  if (!globalThis.crypto.subtle) return null;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return {
    hex: Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    base64: btoa(String.fromCharCode(...hash)),
  };
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
