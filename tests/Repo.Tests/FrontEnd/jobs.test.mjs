// Owns the tests of jobs.js: the stages, and following a job over lost connections.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { canStop, followJob, isOver, rowOf, stepNames, stepOf } from "../../../Api/wwwroot/js/jobs.js";

const job = (eventNumber, stage = "transcribing") => ({ id: "j1", eventNumber, stage });
const answer = (status, value) => ({ ok: status < 300, status, text: async () => JSON.stringify(value) });
const turn = () => new Promise((resolve) => setImmediate(resolve));

let sources;
let told;

class FakeSource extends EventTarget {
  static CLOSED = 2;
  readyState = 1;

  constructor(url) {
    super();
    this.url = url;
    sources.push(this);
  }

  tell(value) {
    this.dispatchEvent(new MessageEvent("job", { data: JSON.stringify(value) }));
  }

  lose() {
    this.readyState = FakeSource.CLOSED;
    this.dispatchEvent(new Event("error"));
  }

  close() {
    this.readyState = FakeSource.CLOSED;
  }
}

const follow = () => followJob("j1", {
  onJob: (live) => told.push(live.eventNumber),
  onRetry: () => told.push("retry"),
  onProblem: (problem) => told.push(problem.code),
});

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.EventSource = FakeSource;
  sources = [];
  told = [];
});

test("every stage belongs to a step, but for those that end without captions", () => {
  const stages = ["accepted", "reserved", "transcribing", "storing", "settling", "done"];
  const steps = stages.map(stepOf);
  assert.deepEqual(steps, [...steps].sort());
  assert.equal(steps.at(-1), stepNames.length - 1);
  assert.deepEqual(["releasing", "failed", "cancelled"].map(stepOf), [null, null, null]);
});

test("a job is over in four stages, and can be stopped until all is recognised", () => {
  const over = ["done", "partial", "failed", "cancelled"];
  assert.deepEqual(["settling", "releasing", ...over].map(isOver), [false, false, true, true, true, true]);
  const stoppable = (stage, progress = {}) => canStop({ stage, progress });
  assert.deepEqual(
    ["accepted", "transcribing", "storing", "done"].map((stage) => stoppable(stage)), [true, true, false, false]);
  assert.ok(stoppable("storing", { waitingForSpaceSince: "2026-01-02T12:00:00Z" }));
});

test("rowOf: a whole job as the list has it", () => {
  const whole = { ...job(3), progress: { percent: 41, mediaDurationMs: 9 }, credits: { quoted: 2, charged: 0 }, error: null };
  const row = rowOf(whole);
  assert.deepEqual([row.percent, row.mediaDurationMs, row.quotedCredits, row.errorCode], [41, 9, 2, null]);
});

test("followJob: tells each change once, in order, and closes when it is over", () => {
  follow();
  for (const live of [job(1), job(3), job(2), job(4, "done"), job(5, "done")]) sources[0].tell(live);
  assert.deepEqual(told, [1, 3, 4]);
  assert.equal(sources[0].readyState, FakeSource.CLOSED);
});

test("followJob: an end under a lower number than a dead silo published counts", () => {
  follow();
  for (const live of [job(9), job(4), job(5, "done")]) sources[0].tell(live);
  assert.deepEqual(told, [9, 5]);
  assert.equal(sources[0].readyState, FakeSource.CLOSED);
});

test("followJob: turned away, it waits, asks once, and watches again", async () => {
  globalThis.fetch = async () => answer(200, job(7));
  follow();
  sources[0].tell(job(6));
  sources[0].lose();
  assert.equal(sources.length, 1);
  mock.timers.tick(1_000);
  await turn();
  assert.deepEqual(told, [6, "retry", 7]);
  assert.equal(sources.length, 2);
});

test("followJob: the job ended meanwhile: told, and nothing more is watched", async () => {
  globalThis.fetch = async () => answer(200, job(9, "done"));
  follow();
  sources[0].lose();
  mock.timers.tick(1_000);
  await turn();
  assert.deepEqual(told, ["retry", 9]);
  assert.equal(sources.length, 1);
});

test("followJob: the server is down: it keeps on, ever more slowly", async () => {
  globalThis.fetch = async () => answer(503, {});
  follow();
  for (const [round, pauseMs] of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000].entries()) {
    sources[round].lose();
    mock.timers.tick(pauseMs - 1);
    await turn();
    assert.equal(sources.length, round + 1);
    mock.timers.tick(1);
    await turn();
    assert.equal(sources.length, round + 2);
  }
});

test("followJob: signed out or gone ends it", async () => {
  globalThis.fetch = async () => answer(404, { code: "job_unknown" });
  follow();
  sources[0].lose();
  mock.timers.tick(1_000);
  await turn();
  assert.deepEqual(told, ["retry", "job_unknown"]);
  assert.equal(sources.length, 1);
});

test("followJob: stopped, it says nothing more", () => {
  const stop = follow();
  sources[0].tell(job(1));
  stop();
  sources[0].tell(job(2));
  assert.deepEqual(told, [1]);
});
