// post-comment.mjs [--only-update] <comment.md: keeps one comment on a pull request up to date. The first line of the
// text is its marker; the comment of ours that begins with the same marker is changed, else a new one is made.
// Needs Node.js alone, since it holds a token that may write. Environment:
//   FORGE           `github` or `gitlab`
//   API_URL         the API's address, e.g. GITHUB_API_URL or CI_API_V4_URL
//   REPOSITORY      owner/name, or GitLab's number of the project
//   NUMBER          of the pull request or merge request
//   COMMENT_TOKEN   may write comments; GitHub: the job's own token
//   COMMENT_AUTHOR  GitHub: login that the token writes by; default `github-actions[bot]`. GitLab is asked.
import { text } from "node:stream/consumers";

const marker = /^<!-- strongroom-preview [a-z][a-z0-9-]{0,30} -->$/;
const perPage = 100; // the most that either API gives
const maxPages = 50;

/** What differs between the two: paths, how the token is given, and whose a comment is. */
const forges = {
  github: {
    repository: /^[\w.-]+\/[\w.-]+$/,
    largest: 65_536, // characters
    headers: (token) => ({ Authorization: `Bearer ${token}`, Accept: "application/vnd.github+json" }),
    list: ({ REPOSITORY, NUMBER }) => `/repos/${REPOSITORY}/issues/${NUMBER}/comments`,
    edit: ({ REPOSITORY }, { id }) => ({
      method: "PATCH",
      path: `/repos/${REPOSITORY}/issues/comments/${id}`,
    }),
    ours: async ({ COMMENT_AUTHOR }) => {
      const login = COMMENT_AUTHOR || "github-actions[bot]";
      return ({ user }) => user?.login === login;
    },
  },
  gitlab: {
    repository: /^\d+$/,
    largest: 1_000_000,
    headers: (token) => ({ "PRIVATE-TOKEN": token }),
    list: ({ REPOSITORY, NUMBER }) => `/projects/${REPOSITORY}/merge_requests/${NUMBER}/notes`,
    edit: (given, { id }) => ({ method: "PUT", path: `${forges.gitlab.list(given)}/${id}` }),
    ours: async (_, call) => {
      const { id } = await call("GET", "/user");
      return ({ author, system }) => !system && author?.id === id;
    },
  },
};

function fail(message) {
  console.error(`post-comment: ${message}`);
  process.exit(2);
}

const given = process.env;
const forge = Object.hasOwn(forges, given.FORGE ?? "")
  ? forges[given.FORGE]
  : fail("FORGE: github or gitlab");
if (!forge.repository.test(given.REPOSITORY ?? "")) fail("REPOSITORY: names no repository");
if (!/^[1-9]\d*$/.test(given.NUMBER ?? "")) fail("NUMBER: names no pull request");
if (!given.COMMENT_TOKEN) fail("COMMENT_TOKEN: is not set");
if (!URL.canParse(given.API_URL ?? "")) fail("API_URL: is not set");

let body = await text(process.stdin);
const firstLine = (comment) => (comment ?? "").split(/\r?\n/, 1)[0];
if (!marker.test(firstLine(body))) fail("the text does not begin with a preview's marker");
if (body.length > forge.largest)
  body = `${firstLine(body)}\n\nThe preview has ${body.length} characters; a comment can have ${forge.largest}.\n`;

/** Calls the API; a redirection is an error, since the token would go elsewhere. */
async function call(method, path, content) {
  const response = await fetch(`${given.API_URL.replace(/\/$/, "")}${path}`, {
    method,
    redirect: "error",
    signal: AbortSignal.timeout(30_000),
    headers: {
      ...forge.headers(given.COMMENT_TOKEN),
      "User-Agent": "strongroom",
      ...(content ? { "Content-Type": "application/json" } : {}),
    },
    ...(content ? { body: JSON.stringify(content) } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.json();
}

/** The first comment of ours with this marker. */
async function find() {
  const isOurs = await forge.ours(given, call);
  for (let page = 1; page <= maxPages; page += 1) {
    const comments = await call("GET", `${forge.list(given)}?per_page=${perPage}&page=${page}`);
    const found = comments.find((comment) => isOurs(comment) && firstLine(comment.body) === firstLine(body));
    if (found || comments.length < perPage) return found;
  }
  throw new Error(`more than ${maxPages * perPage} comments`);
}

try {
  const found = await find();
  if (found) {
    const { method, path } = forge.edit(given, found);
    await call(method, path, { body });
    console.log(`updated comment ${found.id}`);
  } else if (process.argv.includes("--only-update")) {
    console.log("no comment to update");
  } else {
    const { id } = await call("POST", forge.list(given), { body });
    console.log(`created comment ${id}`);
  }
} catch (error) {
  console.error(`post-comment: ${error.message}${error.cause ? ` (${error.cause.message})` : ""}`);
  process.exitCode = 1;
}
