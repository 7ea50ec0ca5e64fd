// Owns the tests of upload.js, against a small server in memory: parallel, resumed, retried, stopped.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, mock, test } from "node:test";
import { sendFile } from "../../../Api/wwwroot/js/upload.js";

const partSize = 4;
const hex = (bytes) => createHash("sha256").update(bytes).digest("hex");

let server;

class Server {
  parts;
  refusals = [];
  puts = [];
  running = 0;
  mostAtOnce = 0;
  completions = [];
  reads = 0;
  workingAnswers = 0;

  constructor(size) {
    const count = Math.ceil(size / partSize);
    this.parts = Array.from({ length: count }, (_, place) =>
      ({ number: place + 1, sizeBytes: Math.min(partSize, size - place * partSize), received: false, sha256: null }));
  }

  view() {
    const parts = this.parts.map((part) => ({ ...part, url: part.received ? null : `/parts/${part.number}` }));
    return { id: "u1", state: "open", partSizeBytes: partSize, parts };
  }

  put(number, body, digest) {
    this.puts.push(number);
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return refusal;
    const sha256 = hex(body);
    assert.equal(digest, `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`);
    Object.assign(this.parts[number - 1], { received: true, sha256 });
    return 204;
  }

  fetch(url, { method, body }) {
    const answer = (status, value) => ({ ok: status < 300, status, text: async () => JSON.stringify(value) });
    if (method === "GET") {
      this.reads += 1;
      return answer(200, this.view());
    }
    this.completions.push(JSON.parse(body).parts);
    if (this.workingAnswers > 0) {
      this.workingAnswers -= 1;
      return answer(202, this.view());
    }
    const missing = this.parts.some((part) => !part.received);
    return missing ? answer(422, { code: "part_missing" }) : answer(200, { ...this.view(), state: "ready" });
  }
}

class FakeRequest extends EventTarget {
  upload = new EventTarget();
  responseText = "";
  #number;
  #digest;
  #answer;

  open(_method, url) {
    this.#number = Number(url.split("/").at(-1));
  }

  setRequestHeader(_name, value) {
    this.#digest = value;
  }

  send(body) {
    server.running += 1;
    server.mostAtOnce = Math.max(server.mostAtOnce, server.running);
    this.#answer = setImmediate(() => {
      this.status = server.put(this.#number, Buffer.from(body), this.#digest);
      this.#end(this.status === 0 ? "error" : "load");
    });
  }

  abort() {
    clearImmediate(this.#answer);
    this.#end("abort");
  }

  #end(event) {
    server.running -= 1;
    this.dispatchEvent(new Event(event));
    this.dispatchEvent(new Event("loadend"));
  }
}

const file = (text) => new File([text], "talk.mp4", { lastModified: 1 });
const open = new AbortController();
const send = (chosen, { signal = open.signal, onProgress = () => {} } = {}) =>
  sendFile(chosen, server.view(), { signal, onProgress });

// Waits between tries pass at once.
async function hurry(promise) {
  let over = false;
  const settled = promise.finally(() => { over = true; });
  settled.catch(() => {});
  while (!over) {
    mock.timers.tick(20_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return settled;
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.XMLHttpRequest = FakeRequest;
  globalThis.fetch = async (url, request) => server.fetch(url, request);
  server = new Server(18);
});

test("every part is sent once, three at a time, and completed with its checksum in order", async () => {
  const ready = await hurry(send(file("abcdefghijklmnopqr")));

  assert.equal(ready.state, "ready");
  assert.deepEqual(server.puts.toSorted(), [1, 2, 3, 4, 5]);
  assert.equal(server.mostAtOnce, 3);
  assert.deepEqual(server.completions, [server.parts.map(({ number, sha256 }) => ({ number, sha256 }))]);
});

test("a part that is in is not sent again", async () => {
  server.put(2, Buffer.from("efgh"), `sha-256=:${Buffer.from(hex("efgh"), "hex").toString("base64")}:`);
  server.puts = [];

  await hurry(send(file("abcdefghijklmnopqr")));

  assert.deepEqual(server.puts.toSorted(), [1, 3, 4, 5]);
});

test("a part that is in but differs from the file ends it: the file has changed", async () => {
  Object.assign(server.parts[1], { received: true, sha256: hex("EFGH") });

  await assert.rejects(hurry(send(file("abcdefghijklmnopqr"))), { code: "file_changed" });
  assert.deepEqual(server.completions, []);
});

test("a busy server, a lost connection, an old address: tried again with a fresh address", async () => {
  server.refusals = [503, 0, 403];

  const ready = await hurry(send(file("abcdefghijklmnopqr")));

  assert.equal(ready.state, "ready");
  assert.equal(server.puts.length, 8);
  assert.equal(server.reads, 3);
});

test("a refusal that will not pass is not tried again, and no other part follows", async () => {
  server.refusals = [404];

  await assert.rejects(hurry(send(file("abcdefghijklmnopqr"))), { status: 404 });
  assert.ok(server.puts.length <= 3);
});

test("a server that stays away is given up after eight tries of a part", async () => {
  server = new Server(4);
  server.refusals = Array(99).fill(503);

  await assert.rejects(hurry(send(file("abcd"))), { status: 503 });
  assert.equal(server.puts.length, 8);
});

test("a part that got lost on the server's side is sent again", async () => {
  const lose = server.fetch;
  server.fetch = (...asked) => {
    if (asked[1].method === "POST" && server.completions.length === 0) server.parts[3].received = false;
    return lose.apply(server, asked);
  };

  const ready = await hurry(send(file("abcdefghijklmnopqr")));

  assert.equal(ready.state, "ready");
  assert.deepEqual(server.puts.filter((number) => number === 4), [4, 4]);
});

test("a completion that is still under way is asked for until it has ended, however often", async () => {
  server.workingAnswers = 20;

  const ready = await hurry(send(file("abcdefghijklmnopqr")));

  assert.equal(ready.state, "ready");
  assert.equal(server.completions.length, 21);
});

test("stopping sends nothing more", async () => {
  const stop = new AbortController();
  const sending = send(file("abcdefghijklmnopqr"), { signal: stop.signal });
  stop.abort();

  await assert.rejects(hurry(sending), { name: "AbortError" });
  assert.deepEqual(server.puts, []);
  assert.deepEqual(server.completions, []);
});

test("progress only grows while nothing is tried again, and ends with the whole file", async () => {
  const told = [];
  await hurry(send(file("abcdefghijklmnopqr"), { onProgress: (progress) => told.push(progress) }));

  const sent = told.map((progress) => progress.sentBytes);
  assert.deepEqual(sent, sent.toSorted((one, other) => one - other));
  assert.deepEqual(told.at(-1), { state: "checking", sentBytes: 18, totalBytes: 18 });
});
