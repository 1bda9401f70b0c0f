import { randomUUID } from "node:crypto";
import { HttpError, type Routes } from "./http";
import { Items } from "./items";
import { useToken } from "./links";
import { log } from "../../log";
import { cards, escape, page, pageHeaders, table } from "./pages";
import { startedReleases } from "./records";
import type { Context, Service } from "./service";
import { cookieValue, nowSeconds, openSession, setCookie, signSession, type Session } from "./session";

const cookieName = "vault_admin";
const sessionSeconds = 3600;

// Moves the token from the address into the form and out of the browser's history.
const takeToken = `document.getElementById("token").value = location.hash.slice(1);
history.replaceState(null, "", location.pathname);`;

/** The administrator's page. */
export const dashboard: Service = { name: "dashboard", port: 3001, routes };

function routes({ config, pool, release, instance }: Context): Routes {
  const items = new Items(pool, release.schema);
  const base = new URL(config.publicUrl).pathname.replace(/\/$/, "");

  return {
    "GET /": async ({ request }) => {
      if (release.fault === "failing-smoke") throw new HttpError(500, "this release fails its smoke request");
      const session = openSession(
        cookieValue(request.headers.cookie, cookieName),
        config.sessionSecret,
        nowSeconds(),
      );
      const [count, releases] = await Promise.all([items.count(), startedReleases(pool)]);
      const history = table(
        ["Service", "Release", "First start", "Last start", "Starts"],
        releases.map((row) => [
          row.service,
          row.version,
          row.firstStartedAt.toISOString(),
          row.lastStartedAt.toISOString(),
          row.starts,
        ]),
      );
      const newest = async (): Promise<string> =>
        table(
          ["Item", "Text", "Written"],
          (await items.latest(50)).map((item) => [
            item.id,
            item.text,
            new Date(item.createdAt).toISOString(),
          ]),
        );
      const list =
        session?.role === "admin"
          ? await newest()
          : "<p>Log in with a temporary link to see them: <code>strongroom admin-link</code></p>";
      const values = { "items in the vault": count, release: release.version, "answered by": instance };
      const body = `${cards(values)}<h2>Releases</h2>${history}<h2>Items</h2>${list}`;
      return { body: page("Demo vault: dashboard", "Releases and items", body), headers: pageHeaders() };
    },
    "GET /login": () => {
      const form =
        `<form method="post" action="${escape(base)}/login"><input type="hidden" name="token" id="token">` +
        `<button class="button">Log in as administrator</button></form><script>${takeToken}</script>`;
      return {
        body: page("Demo vault: log in", "Your link works once", form),
        headers: pageHeaders(takeToken),
      };
    },
    "POST /login": async (call) => {
      const token = new URLSearchParams(await call.text()).get("token") ?? "";
      if (!(await useToken(pool, token))) {
        log("warn", "admin-login-refused");
        throw new HttpError(
          403,
          "this link was used before, or its five minutes are over: ask for a new one",
        );
      }
      log("info", "admin-login");
      const session: Session = {
        role: "admin",
        id: randomUUID(),
        since: nowSeconds(),
        until: nowSeconds() + sessionSeconds,
      };
      const options = {
        path: base || "/",
        maxAge: sessionSeconds,
        secure: config.publicUrl.startsWith("https:"),
      };
      const cookie = setCookie(cookieName, signSession(session, config.sessionSecret), options);
      return { status: 303, headers: { Location: `${base}/`, "Set-Cookie": cookie } };
    },
  };
}
