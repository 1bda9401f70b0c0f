import { createHash } from "node:crypto";
import { docker } from "../../operations/docker";
import { CliError } from "../exit";

/** An image's name taken apart. */
export interface Reference {
  /** host[:port] of its registry; undefined for Docker's own. */
  host?: string;
  repository: string;
  tag?: string;
  digest: string;
}

/** How long one answer may take, milliseconds. */
const ANSWER_MS = 10_000;

/** Longest answer that is read, bytes: the distribution specification's limit for a manifest is 4 MiB. */
const MOST_BYTES = 4 * 1024 ** 2;

/** Pages of a list of tags that are read; a registry gives 1000 at a time. */
const MOST_PAGES = 20;

/** Images for one platform and for several, in OCI's and Docker's form. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Takes `[host/]repository[:tag]@digest` apart as Docker does: a first part with "." or ":" is a host. */
export function parseReference(name: string): Reference {
  const [path = "", digest = ""] = name.split("@");
  const [first = "", ...rest] = path.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const [, repository = "", tag] = /^(.*?)(?::([^:/]+))?$/.exec(hasHost ? rest.join("/") : path) ?? [];
  return {
    ...(hasHost ? { host: first } : {}),
    repository: !hasHost && rest.length === 0 ? `library/${repository}` : repository,
    ...(tag === undefined ? {} : { tag }),
    digest,
  };
}

/** Docker's own registry, as its engine names it. @throws CliError when the engine does not */
export async function defaultRegistry(endpoint: string): Promise<string> {
  const address = await docker(endpoint, ["info", "--format", "{{.IndexServerAddress}}"]);
  if (!URL.canParse(address)) throw new CliError(`${endpoint} does not say which registry is its own`);
  return new URL(address).host;
}

/** A repository in a registry that speaks the distribution API, asked without a login. It only reads. */
export class Repository {
  private token: string | undefined;

  constructor(
    private readonly host: string,
    private readonly name: string,
  ) {}

  /** All tags. @throws CliError when the registry does not say */
  async tags(): Promise<string[]> {
    const tags: string[] = [];
    let path: string | undefined = `/v2/${this.name}/tags/list?n=1000`;
    for (let page = 0; path !== undefined; page++) {
      if (page === MOST_PAGES) throw this.error(`has more than ${MOST_PAGES} pages of tags`);
      const { body, headers }: Answer = await this.get(path, "application/json");
      tags.push(...tagsIn(body.toString("utf8"), () => this.error("gives no list of tags")));
      path = this.nextPage(headers.get("link"));
    }
    return tags;
  }

  /** Digest of what a tag names now: over the very bytes that the registry gives. @throws CliError */
  async digest(tag: string): Promise<string> {
    const { body, headers } = await this.get(`/v2/${this.name}/manifests/${tag}`, MANIFESTS);
    const digest = digestOf(body);
    const said = headers.get("docker-content-digest");
    if (said !== null && said !== digest)
      throw this.error(`gives another manifest of ${tag} than it says: ${said}`);
    return digest;
  }

  /**
   * When an image was made, by its own configuration; of one for several platforms, the first one's.
   * @param reference tag or digest
   * @returns undefined where it does not say
   * @throws CliError when the registry does not have it, or gives something else
   */
  async created(reference: string): Promise<Date | undefined> {
    const { body } = await this.get(`/v2/${this.name}/manifests/${reference}`, MANIFESTS);
    this.refuseOther(body, reference);
    const { manifests, config } = json(body.toString("utf8")) as Manifest;
    if (Array.isArray(manifests)) {
      // What an index holds beside images is for a platform that there is not.
      const image = manifests.find(({ platform }) => platform?.os === "linux");
      return image?.digest === undefined ? undefined : this.created(image.digest);
    }
    if (config?.digest === undefined) return undefined;
    const blob = await this.get(`/v2/${this.name}/blobs/${config.digest}`, "*/*");
    this.refuseOther(blob.body, config.digest);
    const { created } = json(blob.body.toString("utf8")) as { created?: unknown };
    const time = typeof created === "string" ? Date.parse(created) : NaN;
    return Number.isNaN(time) ? undefined : new Date(time);
  }

  private refuseOther(body: Buffer, reference: string): void {
    if (reference.startsWith("sha256:") && digestOf(body) !== reference)
      throw this.error(`gives something else as ${reference}`);
  }

  /** The list goes on at a path of the same registry. */
  private nextPage(link: string | null): string | undefined {
    const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? "")?.[1];
    if (next === undefined) return undefined;
    const url = new URL(next, this.origin);
    if (url.origin !== this.origin) throw this.error("goes on at another server");
    return `${url.pathname}${url.search}`;
  }

  private async get(path: string, accept: string): Promise<Answer> {
    const first = await this.fetch(`${this.origin}${path}`, accept);
    if (first.status !== 401) return this.answerOf(first);
    this.token = await this.login(first.headers.get("www-authenticate") ?? "");
    return this.answerOf(await this.fetch(`${this.origin}${path}`, accept));
  }

  /** A token for anybody, where the registry gives one. */
  private async login(challenge: string): Promise<string> {
    const parameter = (name: string) => new RegExp(`\\b${name}="([^"]*)"`, "i").exec(challenge)?.[1];
    const realm = parameter("realm");
    if (!/^bearer /i.test(challenge) || realm === undefined || !URL.canParse(realm))
      throw this.error("wants a login");
    const url = new URL(realm);
    if (url.protocol !== "https:" && !isLoopback(url.host)) throw this.error("wants a login without TLS");
    url.searchParams.set("service", parameter("service") ?? "");
    url.searchParams.set("scope", `repository:${this.name}:pull`);
    this.token = undefined;
    const { body } = await this.answerOf(await this.fetch(url.href, "application/json"));
    const { token, access_token } = json(body.toString("utf8")) as Record<string, unknown>;
    const given = token ?? access_token;
    if (typeof given !== "string") throw this.error("wants a login");
    return given;
  }

  private async fetch(url: string, accept: string): Promise<Response> {
    const headers = {
      accept,
      ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
    };
    try {
      return await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { code?: string } };
      throw this.error(`does not answer (${cause?.code ?? message})`);
    }
  }

  private async answerOf(response: Response): Promise<Answer> {
    const { status, headers } = response;
    if (status === 401 || status === 403) throw this.error("wants a login");
    if (status === 404) throw this.error("does not have it");
    if (!response.ok || !response.body) throw this.error(`answers with status ${status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MOST_BYTES) throw this.error(`gives more than ${MOST_BYTES} bytes`);
      chunks.push(chunk);
    }
    return { body: Buffer.concat(chunks), headers };
  }

  /** As Docker does: a registry on this machine may do without TLS, no other may. */
  private get origin(): string {
    return `${isLoopback(this.host) ? "http" : "https"}://${this.host}`;
  }

  private error(problem: string): CliError {
    return new CliError(`${this.host}/${this.name}: the registry ${problem}`);
  }
}

/** Of an image, or of several by their platforms, as far as it is used. */
interface Manifest {
  manifests?: { digest?: string; platform?: { os?: string } }[];
  config?: { digest?: string };
}

function digestOf(body: Buffer): string {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}

interface Answer {
  body: Buffer;
  headers: Headers;
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
}

function tagsIn(text: string, error: () => CliError): string[] {
  const { tags } = json(text) as { tags?: unknown };
  // A repository without tags has null.
  if (tags === null) return [];
  if (!Array.isArray(tags)) throw error();
  return tags.filter((tag) => typeof tag === "string");
}

function json(text: string): object {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
