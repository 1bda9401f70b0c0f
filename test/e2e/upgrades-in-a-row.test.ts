import { createHash, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRun } from "./support/command";
import { request } from "./support/http";
import { imageWithLabel, recordAsVerified } from "./support/image";
import { FULL } from "./support/interruption";
import { docker, TestStack } from "./support/test-stack";

const UPGRADES = FULL ? 50 : 4;
/** Images that each service keeps: the default of `images.keep`. */
const KEPT = 3;
/** Lines that one upgrade adds to the edge's journal: one when it is begun, one when it is confirmed. */
const JOURNAL_LINES = 2;

/** Everything that could be left behind, by count. */
interface Leavings {
  /** Containers, networks and volumes with the stack's label, by kind and role. */
  labelled: string;
  /** Files in the edge's volume. */
  edgeFiles: number;
  journal: number;
  /** Resources in the engine's state. */
  resources: number;
  /** Tags of the record of what ran. */
  records: number;
}

describe("upgrades in a row", () => {
  let stack: TestStack;
  let volumes: Set<string>;
  let signer: string;
  const images: string[] = [];
  const seconds: number[] = [];
  /** What a command took beside each upgrade that has the same to do every time. */
  const beside: number[] = [];
  const left: Leavings[] = [];

  beforeAll(async () => {
    stack = await TestStack.create();
    await stack.mustRun(["image", "build", "demo:1.1.0", "demo:1.2.0"]);
    await stack.up();
    signer = await makeKey(stack);
    volumes = await unnamedVolumes();
  });
  afterAll(async () => {
    await stack?.destroy();
    if (images.length > 0) await docker("rmi", "--force", ...images);
  });

  const version = async () => (await request(stack, "/version")).headers["x-product-version"];
  /** Docker lists an image once for each of its tags. */
  const present = async () => {
    const filter = `--filter=label=strongroom.test=${stack.name}`;
    const ids = (await docker("image", "ls", "--no-trunc", "--quiet", filter)).split("\n").filter(Boolean);
    return [...new Set(ids)].sort();
  };

  it(
    `leave nothing behind, ${UPGRADES} of them`,
    async () => {
      for (let n = 1; n <= UPGRADES; n++) {
        const release = n % 2 === 1 ? "1.1.0" : "1.2.0";
        images.push(await nextImage(stack, release, n, signer));
        if (n === 1) await saveSigned(stack, images[0]!);
        setImage(stack, images.at(-1)!, release, signer);
        const output = await timed(seconds, () => stack.up());
        if (FULL) await timed(beside, () => stack.run(["doctor"]));
        expect(await version()).toBe(release);
        left.push(await leavings(stack));
        // Those that came into service last, the newest ones, and no others.
        expect(await present()).toEqual(images.slice(-KEPT).sort());
        if (n > KEPT) expect(output).toMatch(/^removed 1 old image of stack \S+, up to \d+ MB: .*; kept/m);
        else expect(output).not.toContain("old image");
      }
      // The first upgrade brings the volume of dumps.
      const [first, last] = [left[0]!, left.at(-1)!];
      expect(last.labelled).toBe(first.labelled);
      expect([last.edgeFiles, last.resources]).toEqual([first.edgeFiles, first.resources]);
      expect(last.journal - first.journal).toBe(JOURNAL_LINES * (UPGRADES - 1));
      // The release of each service that the locally built images keep, and those of edge, front and database.
      expect(last.records).toBe(2 * (KEPT + 1) + 3);
      expect([...(await unnamedVolumes())].filter((name) => !volumes.has(name))).toEqual([]);
      console.log(
        `${UPGRADES} upgrades: ${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)} s each\n` +
          `after the first: ${JSON.stringify(first)}\nafter the last: ${JSON.stringify(last)}`,
      );
      if (!FULL) return;
      const growth = (values: number[]) => median(values.slice(-10)) / median(values.slice(0, 10));
      console.log(
        `the last ten took ${growth(seconds).toFixed(2)} times as long as the first, doctor beside them ${growth(beside).toFixed(2)} times`,
      );
      // Side by side, since the machine may get busier meanwhile.
      expect(growth(seconds) / growth(beside)).toBeLessThan(1.5);
    },
    UPGRADES * 60_000,
  );

  it("keep the way back open to a removed one: its archive can be added again", async () => {
    setImage(stack, images[0]!, "1.1.0", signer);
    const refused = await stack.run(["up", "--yes"]);
    expect(refused.exitCode, refused.output).toBe(3);
    expect(refused.output).toContain(`${images[0]} is not loaded on host local`);
    expect(refused.output).toContain("./strongroom image add vault.tar");
    await addSaved(stack);
    expect(await present()).toContain(images[0]);
    // Which other machines see too: until it runs, nobody's `up` takes it for an old one.
    expect(await stack.recordedImages()).toContainEqual(expect.stringContaining("/archive.added:"));
  });
});

async function timed<T>(seconds: number[], run: () => PromiseLike<T>): Promise<T> {
  const begun = Date.now();
  const result = await run();
  seconds.push((Date.now() - begun) / 1000);
  return result;
}

/** An image that is another one than all before it, and a record that it was verified. */
async function nextImage(stack: TestStack, release: string, n: number, signer: string): Promise<string> {
  const lock = JSON.parse(readFileSync(join(stack.stackFolder, "images.json"), "utf8")) as Record<
    string,
    string
  >;
  const id = await imageWithLabel(lock[`demo:${release}`]!, `${stack.name} strongroom.number=${n}`);
  recordAsVerified(stack, id, "vault", signer);
  return id;
}

function setImage(stack: TestStack, id: string, version: string, signer: string): void {
  stack.configure((config) => {
    for (const service of Object.values<{ image: unknown }>(config.services))
      service.image = { id, version, archive: "vault.tar", signer };
  });
}

const file = (stack: TestStack, name: string) => join(stack.folder, name);

/** The vendor's key. @returns its fingerprint, as the configuration names it */
async function makeKey(stack: TestStack): Promise<string> {
  const [key, publicKey] = [file(stack, "vendor.key"), file(stack, "vendor.pem")];
  const curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
  await mustRun("openssl", ["genpkey", ...curve, "-out", key]);
  await mustRun("openssl", ["pkey", "-in", key, "-pubout", "-out", publicKey]);
  const der = createPublicKey(readFileSync(publicKey)).export({ type: "spki", format: "der" });
  return `sha256:${createHash("sha256").update(der).digest("hex")}`;
}

async function saveSigned(stack: TestStack, id: string): Promise<void> {
  const archive = file(stack, "vault.tar");
  await docker("save", "--output", archive, id);
  const key = ["-sign", file(stack, "vendor.key")];
  await mustRun("openssl", ["dgst", "-sha256", ...key, "-out", `${archive}.sig`, archive]);
}

async function addSaved(stack: TestStack): Promise<void> {
  const files = [file(stack, "vault.tar"), "--signature", file(stack, "vault.tar.sig")];
  const key = ["--public-key", file(stack, "vendor.pem")];
  const services = ["--service", "server", "dashboard", "--release", "1.1.0"];
  await stack.mustRun(["image", "add", ...files, ...key, ...services]);
}

async function leavings(stack: TestStack): Promise<Leavings> {
  const kinds = (await stack.inventory()).map((line) => {
    const [kind, , role] = line.split(" ");
    return `${kind} ${role}`;
  });
  const [edge] = await stack.containers("edge");
  const counts = await docker(
    "exec",
    edge!,
    "sh",
    "-c",
    "cd /etc/strongroom/edge && find . -type f | wc -l && wc -l < journal.jsonl",
  );
  const [edgeFiles = 0, journal = 0] = counts.split("\n").map(Number);
  const state = join(stack.home, "state", ".pulumi", "stacks", "strongroom", `${stack.name}.json`);
  const { checkpoint } = JSON.parse(readFileSync(state, "utf8")) as {
    checkpoint: { latest: { resources: unknown[] } };
  };
  return {
    labelled: kinds.sort().join(", "),
    edgeFiles,
    journal,
    resources: checkpoint.latest.resources.length,
    records: (await stack.recordedImages()).length,
  };
}

/** Volumes without a name of their own, as containers leave them. */
async function unnamedVolumes(): Promise<Set<string>> {
  const names = (await docker("volume", "ls", "--quiet")).split("\n");
  return new Set(names.filter((name) => /^[0-9a-f]{64}$/.test(name)));
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
