// The two routes of ./ax2 bench front-door as a plain Express service on node-postgres: the same tokens, the same
// database, the same answers. One worker for each processor; limits in each worker's memory, as the package has them.
import cluster from "node:cluster";
import { createPublicKey, verify } from "node:crypto";
import express from "express";
import { rateLimit } from "express-rate-limit";
import pg from "pg";

const { PORT, WORKERS, DATABASE_URL, JWKS, ISSUER, AUDIENCE } = process.env;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

if (cluster.isPrimary) {
  for (let i = 0; i < Number(WORKERS); i++) cluster.fork();
} else {
  serve();
}

function serve() {
  const jwks = JSON.parse(JWKS);
  const keys = new Map(jwks.keys.map((key) => [key.kid, createPublicKey({ key, format: "jwk" })]));
  const database = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");

  app.get("/.well-known/jwks.json", limited((request) => request.socket.remoteAddress), (request, response) => {
    response.set("Cache-Control", "public, max-age=300");
    response.json(jwks);
  });

  const signedIn = (request, response, next) => {
    const header = request.headers.authorization ?? "";
    request.user = header.startsWith("Bearer ") ? readToken(keys, header.slice(7)) : null;
    if (request.user === null) response.status(401).json({ code: "not_signed_in" });
    else next();
  };
  app.get("/api/v1/jobs/:id", signedIn, limited((request) => request.user.sub), async (request, response) => {
    const { id } = request.params;
    if (!uuid.test(id)) return response.status(404).json({ code: "job_unknown" });
    const { rows } = await database.query({
      name: "job",
      text: "SELECT document FROM plain_jobs WHERE id = $1 AND workspace_id = $2",
      values: [id, request.user.ws],
    });
    return rows.length === 0 ? response.status(404).json({ code: "job_unknown" }) : response.json(rows[0].document);
  });
  app.listen(Number(PORT), "127.0.0.1");
}

function limited(keyGenerator) {
  return rateLimit({
    windowMs: 60_000,
    limit: 100_000_000,
    standardHeaders: "draft-7",
    legacyHeaders: false,
    keyGenerator,
  });
}

// ES256 alone, from the issuer, for the audience, in time: null for anything else.
function readToken(keys, token) {
  const parts = token.split(".");
  if (parts.length !== 3) return null;
  try {
    const header = JSON.parse(Buffer.from(parts[0], "base64url"));
    const key = header.alg === "ES256" && header.typ === "at+jwt" ? keys.get(header.kid) : undefined;
    if (key === undefined) return null;
    const isSigned = verify(
      "sha256", Buffer.from(`${parts[0]}.${parts[1]}`), { key, dsaEncoding: "ieee-p1363" },
      Buffer.from(parts[2], "base64url"));
    if (!isSigned) return null;
    const claims = JSON.parse(Buffer.from(parts[1], "base64url"));
    const isOurs = claims.iss === ISSUER && claims.aud === AUDIENCE && claims.exp > Date.now() / 1000;
    return isOurs ? claims : null;
  } catch {
    return null;
  }
}
