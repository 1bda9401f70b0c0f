import { describe, expect, it } from "vitest";
import { FACTS } from "../../policies/gate/testing/changes";
import type { DocumentArgs } from "./formats";
import { render as html } from "./html";
import { render as json } from "./json";
import { render as markdown } from "./markdown";
import { cutOf, originOf } from "./release";
import { archived, DIFF, firstInstall, refused, SIGNER } from "./testing/reports";
import { headline } from "./text";

const ORIGIN = `image from archive vault-1.1.0.tar.gz, signer ${SIGNER} (minisign, verified here on 2026-11-20)`;
const CUT = "open WebSockets and long requests are told to end after 10 s and cut after 40 s";

const document = (report = archived()): DocumentArgs => ({
  report,
  engine: { stdout: DIFF, stderr: "" },
  configFile: "Pulumi.vault.yaml",
});
/** What a browser shows of it, in one line. */
const shown = (text: string) =>
  text
    .replace(/<[^>]*>/g, " ")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, " ");

describe("what a new release brings and cuts", () => {
  it("is on the first page, under its service", () => {
    const lines = headline(archived()).split("\n");
    const at = lines.findIndex((line) => line.startsWith("  server "));
    expect(lines.slice(at + 1, at + 3)).toEqual([ORIGIN, CUT].map((text) => `             ${text}`));
    expect(lines).toContain(`             ${CUT.replace("10 s", "5 s").replace("40 s", "35 s")}`);
  });

  it.each([
    ["a comment", markdown],
    ["the page", html],
  ])("is in %s, in short and by service", (_, render) => {
    const text = shown(render(document()));
    for (const wanted of [`server: ${ORIGIN}`, `server: ${CUT}`]) expect(text).toContain(wanted);
    expect(text.split(ORIGIN)).toHaveLength(3);
    expect(text.split(CUT)).toHaveLength(3);
  });

  it("is in the report for programs, in figures", () => {
    const { services } = JSON.parse(json(document())) as { services: unknown[] };
    expect(services[1]).toMatchObject({
      name: "server",
      archive: {
        file: "vault-1.1.0.tar.gz",
        signer: SIGNER,
        verified: { format: "minisign", at: "2026-11-20T10:00:00.000Z" },
      },
      cut: { toldAfterSeconds: 10, cutAfterSeconds: 40 },
    });
    expect(services[0]).not.toHaveProperty("archive");
  });

  it("says so where nothing was verified on this machine", () => {
    expect(originOf({ archive: { file: "a.tar", signer: SIGNER } })).toBe(
      `image from archive a.tar, signer ${SIGNER} (not verified on this machine)`,
    );
  });

  it("tells those of a release that must not run beside the next to end at once", () => {
    const [, server] = archived({ facts: { ...FACTS, strategy: "recreate" } }).services;
    expect(cutOf(server!)).toBe(
      "open WebSockets and long requests are told to end at once and cut after 30 s",
    );
  });

  it("is nothing where no release goes", () => {
    const services = { server: { drainSeconds: 10, stopGraceSeconds: 30 } };
    for (const given of [firstInstall({ services }), refused({ services })])
      expect(given.services.map(cutOf)).toEqual([undefined, undefined]);
    const same = { archive: { file: "a.tar", signer: SIGNER }, ...services.server };
    expect(refused({ services: { server: same } }).services.map(originOf)).toEqual([undefined, undefined]);
    expect(firstInstall({ services: { server: same } }).services.map(originOf)[1]).toContain("a.tar");
  });
});
