// Owns the tests of session.js: a renewal whose answer is lost.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { loadSession } from "../../../Api/wwwroot/js/session.js";

const answer = (status, value) => ({ ok: status < 300, status, text: async () => JSON.stringify(value) });
const expiresAt = () => new Date(Date.now() + 600_000).toISOString();
const renewed = () => answer(200, { expiresAt: expiresAt() });
const lost = () => {
  throw new TypeError("Failed to fetch");
};

let renewals;
mock.timers.enable({ apis: ["setTimeout", "Date"] });

function serve(...answers) {
  globalThis.fetch = async (url) => {
    if (!url.endsWith("/sessions/refresh")) return answer(200, { accessExpiresAt: expiresAt() });
    renewals++;
    return answers.shift()();
  };
}

/** Time passes in steps: a timer may begin only after an answer was read. */
async function pass(seconds) {
  for (let i = 0; i < seconds; i++) {
    mock.timers.tick(1000);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}

beforeEach(() => {
  renewals = 0;
});

test("a renewal without an answer is repeated within seconds: the server gives the same tokens again", async () => {
  serve(lost, () => answer(503, {}), renewed, renewed);
  await loadSession();

  await pass(511 + 2 + 5);
  assert.equal(renewals, 3);

  await pass(500);
  assert.equal(renewals, 3);
  await pass(20);
  assert.equal(renewals, 4);
});

test("a renewal that stays without an answer is given up: the next request tries again", async () => {
  serve(lost, lost, lost, lost, lost);
  await loadSession();

  await pass(600);

  assert.equal(renewals, 4);
});

test("a renewal that is refused is not repeated", async () => {
  serve(() => answer(401, { code: "not_signed_in" }));
  await loadSession();

  await pass(600);

  assert.equal(renewals, 1);
});
