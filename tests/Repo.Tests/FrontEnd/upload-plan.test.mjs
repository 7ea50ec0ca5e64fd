// Owns the tests of upload-plan.js and cues.js: the arithmetic of parts, tries and times.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cueAt } from "../../../Api/wwwroot/js/cues.js";
import * as plan from "../../../Api/wwwroot/js/upload-plan.js";

test("partRange: parts lie end to end, the last may be short", () => {
  assert.deepEqual(plan.partRange({ number: 1, sizeBytes: 8 }, 8), { start: 0, end: 8 });
  assert.deepEqual(plan.partRange({ number: 3, sizeBytes: 5 }, 8), { start: 16, end: 21 });
});

test("sentBytes: a part counts once, whole when it is in, never more than its size", () => {
  const parts = [
    { number: 1, sizeBytes: 8, received: true },
    { number: 2, sizeBytes: 8, received: false },
    { number: 3, sizeBytes: 5, received: false },
  ];
  assert.equal(plan.sentBytes(parts, new Map([[1, 3], [2, 99]])), 16);
});

test("retryDelayMs: doubles to a ceiling, spread over the upper half", () => {
  assert.equal(plan.retryDelayMs(0, 1), 500);
  assert.equal(plan.retryDelayMs(0, 0), 250);
  assert.equal(plan.retryDelayMs(3, 1), 4_000);
  assert.equal(plan.retryDelayMs(30, 1), 20_000);
});

test("mayPass: what may be different next time", () => {
  const of = (code, status) => plan.mayPass({ code, status });
  assert.ok(of("network", 0) && of("unknown", 503) && of("unknown", 403) && of("part_checksum_mismatch", 422));
  assert.ok(!of("not_media", 422) && !of("upload_unknown", 404) && !of("not_signed_in", 401) && !of("file_changed", 0));
});

test("remainingMs: from the pace so far, none before there is one", () => {
  assert.equal(plan.remainingMs({ sinceStartBytes: 100, elapsedMs: 5_000, leftBytes: 300 }), 15_000);
  assert.equal(plan.remainingMs({ sinceStartBytes: 100, elapsedMs: 1_000, leftBytes: 300 }), null);
  assert.equal(plan.remainingMs({ sinceStartBytes: 0, elapsedMs: 5_000, leftBytes: 300 }), null);
});

test("isSameFile: name, size and date all fit", () => {
  const file = { name: "a.mp4", size: 5, lastModified: 7 };
  assert.ok(plan.isSameFile({ ...file, uploadId: "u" }, file));
  for (const other of [{ name: "b.mp4" }, { size: 6 }, { lastModified: 8 }]) {
    assert.ok(!plan.isSameFile({ ...file, ...other }, file));
  }
});

test("cueAt: the cue that holds the time, none in a gap; the end is not in it", () => {
  const cues = [{ startMs: 100, endMs: 200 }, { startMs: 200, endMs: 300 }, { startMs: 500, endMs: 600 }];
  assert.deepEqual([0, 100, 199, 200, 300, 500, 600].map((ms) => cueAt(cues, ms)), [-1, 0, 0, 1, -1, 2, -1]);
  assert.equal(cueAt([], 0), -1);
});
