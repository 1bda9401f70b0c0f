import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run, type Ended } from "./throw-away";

const marker = "<!-- strongroom-preview prod -->";
const body = `${marker}\n\nnew text\n`;

interface Comment {
  id: number;
  body: string;
  author: string;
  system?: boolean;
}

/** A forge's comments on pull request 7 over HTTP, in the form of either API. */
class Forge {
  comments: Comment[] = [];
  calls: string[] = [];
  /** Answer to everything, in place of the right one. */
  answer?: { status: number; headers?: Record<string, string> };
  readonly #server: Server;

  constructor(readonly kind: "github" | "gitlab") {
    this.#server = createServer((request, response) => {
      void this.#serve(request.method!, request.url!, request.headers, request).then(
        ({ status, headers, content }) =>
          response.writeHead(status, headers).end(JSON.stringify(content ?? null)),
      );
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api`;
  }

  async #serve(
    method: string,
    path: string,
    headers: NodeJS.Dict<string | string[]>,
    stream: NodeJS.ReadableStream,
  ): Promise<{ status: number; headers?: Record<string, string>; content?: unknown }> {
    this.calls.push(`${method} ${path}`);
    if (this.answer) return this.answer;
    const github = this.kind === "github";
    const given = github ? headers.authorization : headers["private-token"];
    if (given !== (github ? "Bearer a-token" : "a-token")) return { status: 401 };
    const url = new URL(path, "http://x");
    const list = github
      ? "/api/repos/owner/name/issues/7/comments"
      : "/api/projects/42/merge_requests/7/notes";
    const one = new RegExp(`^${github ? "/api/repos/owner/name/issues/comments" : list}/(\\d+)$`).exec(
      url.pathname,
    );
    if (!github && url.pathname === "/api/user") return { status: 200, content: { id: "bot" } };
    if (url.pathname === list && method === "GET") {
      const [size, page] = ["per_page", "page"].map((name) => Number(url.searchParams.get(name)));
      const shown = this.comments.slice((page! - 1) * size!, page! * size!);
      return { status: 200, content: shown.map((comment) => this.#shown(comment)) };
    }
    const sent = method === "GET" ? undefined : (JSON.parse(await text(stream)) as { body: string });
    if (url.pathname === list && method === "POST") {
      const comment = { id: this.comments.length + 1, body: sent!.body, author: "bot" };
      this.comments.push(comment);
      return { status: 201, content: this.#shown(comment) };
    }
    const found = this.comments.find(({ id }) => id === Number(one?.[1]));
    if (!found || method !== (github ? "PATCH" : "PUT")) return { status: 404 };
    found.body = sent!.body;
    return { status: 200, content: this.#shown(found) };
  }

  #shown({ id, body, author, system }: Comment): unknown {
    if (this.kind === "gitlab") return { id, body, system: system ?? false, author: { id: author } };
    return { id, body, user: { login: author === "bot" ? "github-actions[bot]" : author } };
  }
}

describe.each(["github", "gitlab"] as const)("post-comment.mjs at %s", (kind) => {
  let forge: Forge;
  beforeEach(() => (forge = new Forge(kind)).listen());
  afterEach(() => forge.close());

  function post(
    given: { input?: string; env?: Record<string, string>; args?: string[] } = {},
  ): Promise<Ended> {
    return run([process.execPath, join(__dirname, "post-comment.mjs"), ...(given.args ?? [])], {
      cwd: __dirname,
      input: given.input ?? body,
      env: {
        FORGE: kind,
        API_URL: forge.url,
        REPOSITORY: kind === "github" ? "owner/name" : "42",
        NUMBER: "7",
        COMMENT_TOKEN: "a-token",
        ...given.env,
      },
    });
  }

  it("makes a comment, and then changes that one", async () => {
    forge.comments = [{ id: 1, body: "a person's", author: "someone" }];
    expect(await post()).toMatchObject({ code: 0, stdout: "created comment 2\n", stderr: "" });
    expect(await post({ input: `${marker}\nthird` })).toMatchObject({
      code: 0,
      stdout: "updated comment 2\n",
    });
    expect(forge.comments.map((comment) => comment.body)).toEqual(["a person's", `${marker}\nthird`]);
  });

  it("changes no comment of anybody else, of another stack, or with the marker further down", async () => {
    const others = [
      { id: 1, body: `${marker}\nforged`, author: "someone" },
      { id: 2, body: "<!-- strongroom-preview production -->\nother", author: "bot" },
      { id: 3, body: `quoted:\n${marker}`, author: "bot" },
      { id: 4, body: `> ${marker}`, author: "bot" },
    ];
    forge.comments = structuredClone(others);
    expect(await post()).toMatchObject({ code: 0, stdout: "created comment 5\n" });
    expect(forge.comments.slice(0, 4)).toEqual(others);
  });

  it("finds its own on a later page, with the line ends that the forge gave it", async () => {
    const others = Array.from({ length: 230 }, (_, n) => ({ id: n + 1, body: "x", author: "bot" }));
    forge.comments = [...others, { id: 231, body: `${marker}\r\n\r\nold`, author: "bot" }];
    expect(await post()).toMatchObject({ code: 0, stdout: "updated comment 231\n" });
    expect(forge.comments).toHaveLength(231);
  });

  it("ends at a page that is exactly full", async () => {
    forge.comments = Array.from({ length: 100 }, (_, n) => ({ id: n + 1, body: "x", author: "bot" }));
    expect(await post()).toMatchObject({ code: 0, stdout: "created comment 101\n" });
  });

  it("makes none where only an update is wanted", async () => {
    const args = ["--only-update"];
    expect(await post({ args })).toMatchObject({ code: 0, stdout: "no comment to update\n" });
    forge.comments = [{ id: 1, body: `${marker}\nold`, author: "bot" }];
    expect(await post({ args })).toMatchObject({ code: 0, stdout: "updated comment 1\n" });
  });

  it("says so in the place of a text that is too long, under the same marker", async () => {
    const largest = kind === "github" ? 65_536 : 1_000_000;
    const longest = `${marker}\n`.padEnd(largest, "x");
    expect(await post({ input: longest })).toMatchObject({ code: 0 });
    expect(forge.comments[0]!.body).toBe(longest);
    expect(await post({ input: `${longest}x` })).toMatchObject({ code: 0, stdout: "updated comment 1\n" });
    expect(forge.comments[0]!.body).toBe(
      `${marker}\n\nThe preview has ${largest + 1} characters; a comment can have ${largest}.\n`,
    );
  });

  it.each([
    ["a text without a marker", { input: "text" }, /does not begin with a preview's marker/],
    ["a marker of another form", { input: `${marker} x\ntext` }, /marker/],
    ["no number", { env: { NUMBER: "" } }, /NUMBER/],
    ["a number that is a path", { env: { NUMBER: "7/../8" } }, /NUMBER/],
    ["a repository that is a path", { env: { REPOSITORY: "owner/name/../x" } }, /REPOSITORY/],
    ["no token", { env: { COMMENT_TOKEN: "" } }, /COMMENT_TOKEN/],
    ["no API", { env: { API_URL: "" } }, /API_URL/],
    ["another forge", { env: { FORGE: "constructor" } }, /FORGE/],
  ])("calls nothing with %s", async (_, given, why) => {
    expect(await post(given)).toMatchObject({ code: 2, stderr: expect.stringMatching(why) });
    expect(forge.calls).toEqual([]);
  });

  it.each([
    [{ status: 403 }, /403/],
    [{ status: 500 }, /500/],
    [{ status: 302, headers: { location: "/api/elsewhere" } }, /redirect/],
  ])("fails at %j, without the token and without another try", async (answer, why) => {
    forge.answer = answer;
    const ended = await post();
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(why) });
    expect(ended.stderr + ended.stdout).not.toContain("a-token");
    expect(forge.calls).toHaveLength(1);
  });

  it("fails where nobody answers", async () => {
    expect((await post({ env: { API_URL: "http://127.0.0.1:1" } })).code).toBe(1);
  });
});
