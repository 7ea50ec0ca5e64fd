// Owns the tests of api.js: requests whose session needs new tokens.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as api from "../../../Api/wwwroot/js/api.js";
import { chooseWorkspace } from "../../../Api/wwwroot/js/workspace.js";

const answer = (status, value) => ({ ok: status < 300, status, text: async () => JSON.stringify(value) });
const refused = (status, code) => answer(status, { code });

let asked;

/** Answers by address; a list is used up one by one. */
function serve(routes) {
  globalThis.fetch = async (url, request) => {
    asked.push(`${request.method} ${url}`);
    const route = routes[`${request.method} ${url}`];
    return Array.isArray(route) ? route.shift() : route;
  };
}

beforeEach(() => {
  asked = [];
});

test("a request after the token's life is sent again with new ones", async () => {
  serve({
    "GET /api/v1/credits": [refused(401, "not_signed_in"), answer(200, { availableCredits: 5 })],
    "POST /api/v1/sessions/refresh": answer(200, {}),
  });

  assert.deepEqual(await api.credits(), { availableCredits: 5 });
  assert.deepEqual(asked, ["GET /api/v1/credits", "POST /api/v1/sessions/refresh", "GET /api/v1/credits"]);
});

test("requests that come together wait for one renewal: a refresh token is good once", async () => {
  const twice = () => [refused(401, "not_signed_in"), answer(200, { items: [] })];
  serve({
    "GET /api/v1/sessions": twice(),
    "GET /api/v1/api-keys": twice(),
    "POST /api/v1/sessions/refresh": answer(200, {}),
  });

  await Promise.all([api.devices(), api.apiKeys()]);

  assert.equal(asked.filter((line) => line.endsWith("/refresh")).length, 1);
});

test("a session that is over is told as it is, without another try", async () => {
  serve({
    "GET /api/v1/me": refused(401, "not_signed_in"),
    "POST /api/v1/sessions/refresh": refused(401, "not_signed_in"),
  });

  await assert.rejects(api.me(), { code: "not_signed_in", status: 401 });
  assert.deepEqual(asked, ["GET /api/v1/me", "POST /api/v1/sessions/refresh"]);
});

test("a wrong code or password is no reason to renew, and is not sent twice", async () => {
  serve({
    "POST /api/v1/second-factor/off": refused(401, "code_wrong"),
    "POST /api/v1/sessions": refused(401, "sign_in_failed"),
  });

  await assert.rejects(api.endSecondFactor("000000"), { code: "code_wrong" });
  await assert.rejects(api.signIn({ email: "a", password: "b" }), { code: "sign_in_failed" });
  assert.equal(asked.length, 2);
});

test("signing in asks for cookies, so no script holds a token", async () => {
  let body;
  globalThis.fetch = async (_, request) => {
    body = JSON.parse(request.body);
    return answer(201, {});
  };

  await api.signIn({ email: "a", password: "b" });

  assert.deepEqual(body, { email: "a", password: "b", useCookies: true });
});

test("requests, event streams and links name the workspace that was chosen, and none for the own one", async () => {
  const headers = [];
  globalThis.fetch = async (url, request) => {
    headers.push(request.headers["Ax2-Workspace"]);
    return answer(200, {});
  };

  await api.credits();
  chooseWorkspace({ id: "w-1", name: "Newsroom", role: "owner" });
  await api.credits();
  const link = api.captionsUrl("j", "ko", "srt", true);
  chooseWorkspace(null);

  assert.deepEqual(headers, [undefined, "w-1"]);
  assert.equal(link, "/api/v1/jobs/j/captions/ko.srt?download=1&workspace=w-1");
  assert.equal(api.captionsUrl("j", "ko", "srt"), "/api/v1/jobs/j/captions/ko.srt");
});
