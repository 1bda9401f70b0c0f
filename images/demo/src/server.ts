import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { HttpError, type Call, type Reply, type Routes } from "./http";
import { Items } from "./items";
import { cards, escape, page, pageHeaders } from "./pages";
import { addressOf } from "./records";
import type { Context, Service } from "./service";
import { cookieValue, nowSeconds, openSession, setCookie, signSession, type Session } from "./session";
import { keySet, readKeys, signToken, temporaryKey, type SigningKey } from "./tokens";

const sessionSeconds = 24 * 3600;
const tokenSeconds = 300;
const longestText = 64 * 1024;
const cookieName = "vault_session";

/** The API and the front page. */
export const server: Service = { name: "server", port: 3000, webSockets: "/ws", routes };

function routes(context: Context): Routes {
  const { config, pool, release } = context;
  const items = new Items(pool, release.schema);
  const temporary = config.signingKeysDir ? undefined : temporaryKey();
  // Read each time, so that a key added to or taken from the directory needs no restart.
  const keys = (): SigningKey[] => (temporary ? [temporary] : readKeys(config.signingKeysDir!));

  return {
    "GET /": async (call) => {
      if (release.fault === "failing-smoke") throw new HttpError(500, "this release fails its smoke request");
      const [count, dashboard] = await Promise.all([items.count(), addressOf(pool, "dashboard")]);
      const { session, headers } = visit(context, call);
      const link = dashboard ? `<a class="button" href="${escape(dashboard)}/">Open the dashboard</a>` : "";
      const values = {
        "items in the vault": count,
        release: release.version,
        "answered by": context.instance,
      };
      const since = `<p>Your session began ${new Date(session.since * 1000).toISOString()}.</p>`;
      const body = page(
        "Demo vault",
        "A small vault that strongroom keeps running",
        `${cards(values)}${link}${since}`,
      );
      return { body, headers: { ...pageHeaders(), ...headers } };
    },
    "GET /session": (call) => {
      const session = openSession(
        cookieValue(call.request.headers.cookie, cookieName),
        config.sessionSecret,
        nowSeconds(),
      );
      return { body: { valid: session !== undefined, session } };
    },
    ...itemRoutes(items),
    "GET /slow": async ({ query, signal }) => {
      const seconds = number(query.get("seconds") ?? "1", "seconds", 60);
      await sleep(seconds * 1_000, undefined, { signal }).catch(() => undefined);
      return { body: { seconds } };
    },
    "GET /client-ip": ({ request }) => {
      const realIp = request.headers["x-real-ip"];
      const forwardedFor = request.headers["x-forwarded-for"];
      const peer = request.socket.remoteAddress;
      const first = String(realIp ?? forwardedFor ?? peer)
        .split(",")[0]!
        .trim();
      return {
        body: { address: first, realIp, forwardedFor, protocol: request.headers["x-forwarded-proto"], peer },
      };
    },
    "GET /client-certificate": ({ request: { headers, socket } }) => ({
      body: { ...clientOf(headers), ...(socket instanceof TLSSocket ? { edge: nameOf(socket) } : {}) },
    }),
    "GET /sso-certificate": () => {
      if (!config.sso) throw new HttpError(404, "there is no certificate for single sign-on");
      return { body: ssoOf(config.sso) };
    },
    "POST /token": async (call) => {
      const { subject = "demo" } = await call.json();
      if (typeof subject !== "string") throw new HttpError(400, "subject must be text");
      const issued = {
        iss: config.publicUrl,
        sub: subject,
        iat: nowSeconds(),
        exp: nowSeconds() + tokenSeconds,
        jti: randomUUID(),
      };
      return { body: { token: signToken(keys(), issued), expiresIn: tokenSeconds } };
    },
    "GET /.well-known/jwks.json": () => ({
      body: keySet(keys()),
      headers: { "Cache-Control": "public, max-age=60" },
    }),
  };
}

/** What an identity provider would see of sp.crt: which it is, whether alone, and whether the key beside it is its own. */
function ssoOf({ certificate, key }: { certificate: string; key: string }): {
  fingerprint: string;
  certificates: number;
  hasKey: boolean;
} {
  const leaf = new X509Certificate(certificate);
  return {
    fingerprint: leaf.fingerprint256,
    certificates: certificate.split("-----BEGIN CERTIFICATE-----").length - 1,
    hasKey: leaf.checkPrivateKey(createPrivateKey(key)),
  };
}

/** Who the edge is, where it shows a certificate of its own. */
function nameOf(socket: TLSSocket): string | undefined {
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === "string" ? name : undefined;
}

/** Who the client is, by the certificate that the edge passes on, and each header that says something of one. */
export function clientOf(headers: IncomingHttpHeaders): {
  subject?: string;
  fingerprint?: string;
  headers: string[];
} {
  const names = Object.keys(headers).filter((name) => /client.cert/i.test(name));
  // Only the first was checked: what follows it the client has sent along, and may be anything.
  const [first] = String(headers["x-forwarded-tls-client-cert"] ?? "").split(",");
  if (!first) return { headers: names };
  const { subject, fingerprint256 } = new X509Certificate(Buffer.from(first, "base64"));
  return { subject, fingerprint: fingerprint256, headers: names };
}

function itemRoutes(items: Items): Routes {
  return {
    "POST /items": async (call): Promise<Reply> => {
      const { text, label } = await itemBody(call);
      const key = call.request.headers["idempotency-key"];
      if (key !== undefined && (typeof key !== "string" || !/^[\x21-\x7e]{1,200}$/.test(key)))
        throw new HttpError(400, "Idempotency-Key must be 1 to 200 printable characters");
      const { id, outcome } = await items.create(text, key, label);
      if (outcome === "conflict") throw new HttpError(422, "this Idempotency-Key was used for another item");
      if (outcome === "replayed") return { body: { id }, headers: { "Idempotency-Replayed": "true" } };
      return { status: 201, body: { id }, headers: { Location: `items/${id}` } };
    },
    "GET /items": async ({ query }) => {
      const after = number(query.get("after") ?? "0", "after");
      const limit = number(query.get("limit") ?? "100", "limit", 1_000);
      const [list, count] = await Promise.all([items.list(after, limit), items.count()]);
      return { body: { items: list, count, next: list.length === limit ? list.at(-1)?.id : undefined } };
    },
    "GET /items/:id": async ({ params }) => {
      const item = await items.get(number(params.id, "id"));
      if (!item) throw new HttpError(404, "no such item");
      return { body: item };
    },
    "PUT /items/:id": async (call) => {
      const id = number(call.params.id, "id");
      if (!(await items.update(id, (await itemBody(call)).text))) throw new HttpError(404, "no such item");
      return { body: { id } };
    },
  };
}

async function itemBody(call: Call): Promise<{ text: string; label?: string }> {
  const { text, label } = await call.json();
  const isText = (value: unknown): value is string =>
    typeof value === "string" && value.length > 0 && value.length <= longestText && !value.includes("\0");
  if (!isText(text)) throw new HttpError(400, `text must be 1 to ${longestText} characters`);
  if (label !== undefined && !isText(label))
    throw new HttpError(400, `label must be 1 to ${longestText} characters`);
  return { text, label };
}

function number(value: string | undefined, name: string, most = Number.MAX_SAFE_INTEGER): number {
  const result = Number(value);
  if (!/^\d+$/.test(value ?? "") || result > most)
    throw new HttpError(400, `${name} must be a whole number up to ${most}`);
  return result;
}

/** The visitor's session, a new one if the browser brought none, and the header that keeps it. */
function visit(
  { config }: Context,
  { request }: Call,
): { session: Session; headers: Record<string, string> } {
  const known = openSession(cookieValue(request.headers.cookie, cookieName), config.sessionSecret);
  if (known) return { session: known, headers: {} };
  const session: Session = {
    role: "visitor",
    id: randomUUID(),
    since: nowSeconds(),
    until: nowSeconds() + sessionSeconds,
  };
  const options = {
    path: config.pathPrefix || "/",
    maxAge: sessionSeconds,
    secure: config.publicUrl.startsWith("https:"),
  };
  return {
    session,
    headers: { "Set-Cookie": setCookie(cookieName, signSession(session, config.sessionSecret), options) },
  };
}
