import { createHmac, timingSafeEqual } from "node:crypto";

/** A session as the browser keeps it: readable, but only this product can write one. */
export interface Session {
  role: "visitor" | "admin";
  id: string;
  /** Seconds since the epoch. */
  since: number;
  until: number;
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}

/** The cookie value of a session: its JSON and an HMAC-SHA256 under the session secret, both base64url. */
export function signSession(session: Session, secret: string): string {
  const body = Buffer.from(JSON.stringify(session)).toString("base64url");
  return `${body}.${mac(body, secret)}`;
}

/** The session of a cookie value, or undefined if it was not signed with `secret` or is over. */
export function openSession(
  value: string | undefined,
  secret: string,
  now = nowSeconds(),
): Session | undefined {
  const [body, signature, rest] = (value ?? "").split(".");
  if (!body || !signature || rest !== undefined) return undefined;
  const expected = Buffer.from(mac(body, secret));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  const session = JSON.parse(Buffer.from(body, "base64url").toString()) as Session;
  return session.until > now ? session : undefined;
}

/** One cookie's value out of a Cookie header. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  const pair = (header ?? "").split(/; */).find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

/** A Set-Cookie header value; `secure` wherever the public address is https. */
export function setCookie(
  name: string,
  value: string,
  options: { path: string; maxAge: number; secure: boolean },
): string {
  const attributes = [
    `${name}=${value}`,
    `Path=${options.path}`,
    `Max-Age=${options.maxAge}`,
    "HttpOnly",
    "SameSite=Lax",
  ];
  return (options.secure ? [...attributes, "Secure"] : attributes).join("; ");
}

function mac(body: string, secret: string): string {
  return createHmac("sha256", secret).update(body).digest("base64url");
}
