import { beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../../test/support/certificates";
import type { Problem } from "../errors";
import { problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const [vault, admin] = ["vault.example.com", "admin.example.com"];
const now = new Date("2026-06-01T12:00:00Z");

type Raw = Record<string, unknown>;

let root: TestCertificate, both: TestCertificate;
beforeAll(async () => {
  root = await issue({ name: "Root" });
  both = await issue({ name: "x", issuer: root, names: [vault, admin] });
});

const files = () => ({ certificate: both.chain, key: both.key, root: root.pem });
const use = (name: string, more: Raw = {}) => ({ mode: "custom", use: name, ...more });
const raw = (certificates: Raw): Raw => withValue(publicRaw(), "certificates", certificates);
const problems = (certificates: Raw): readonly Problem[] => problemsOf(raw(certificates), { now });
const everywhere = (name = "both") => ({ [vault]: use(name), [admin]: use(name) });

describe("a certificate with a name", () => {
  it("is what each domain has that uses it", () => {
    const { certificates } = settingsOf(
      raw({ custom: { both: { ...files(), generation: 3 } }, domains: everywhere() }),
      { now },
    );
    const resolved = {
      generation: 3,
      certificatePem: both.chain,
      rootPem: root.pem,
      key: expect.anything() as unknown,
    };
    expect(certificates.custom).toEqual({ "certificates.custom.both": resolved });
    expect(certificates.domains).toEqual({
      [vault]: { mode: "custom", ...resolved },
      [admin]: { mode: "custom", ...resolved },
    });
  });

  it("may be every domain's, and keeps its own generation beside files that stand at a domain", async () => {
    const own = await issue({ name: "y", issuer: root, names: [vault] });
    const { certificates } = settingsOf(
      raw({
        custom: { both: files() },
        default: use("both"),
        domains: {
          [vault]: {
            mode: "custom",
            certificate: own.chain,
            key: own.key,
            root: root.pem,
            generation: 7,
          },
        },
      }),
      { now },
    );
    expect(
      Object.fromEntries(Object.entries(certificates.custom).map(([path, each]) => [path, each.generation])),
    ).toEqual({ "certificates.custom.both": 1, [`certificates.domains.${vault}`]: 7 });
    expect(certificates.domains[vault]).toMatchObject({ certificatePem: own.chain });
    expect(certificates.domains[admin]).toMatchObject({ certificatePem: both.chain });
  });

  it("is judged for all domains that use it, where it is given", async () => {
    const one = await issue({ name: "x", issuer: root, names: [vault] });
    const found = problems({
      custom: { both: { ...files(), certificate: one.chain, key: one.key } },
      domains: everywhere(),
    });
    expect(found).toEqual([
      expect.objectContaining({
        path: "certificates.custom.both.certificate",
        reason: expect.stringContaining("does not cover admin.example.com") as unknown,
      }),
    ]);
  });

  const cases: [string, () => Raw | Promise<Raw>, string, RegExp, RegExp][] = [
    [
      "is not there",
      () => ({ custom: { both: files() }, domains: { [vault]: use("booth"), [admin]: use("both") } }),
      `certificates.domains.${vault}.use`,
      /there is no such certificate/,
      /both/,
    ],
    [
      "is not there, nor any other",
      () => ({ domains: { [vault]: use("both") } }),
      `certificates.domains.${vault}.use`,
      /there is no such certificate/,
      /give it under certificates\.custom/,
    ],
    [
      "has files given directly beside it",
      () => ({
        custom: { both: files() },
        domains: { [vault]: use("both", { certificate: both.chain }) },
      }),
      `certificates.domains.${vault}.certificate`,
      /stands beside `use: both`: what is given directly would not move with the other domains/,
      /change certificates\.custom\.both with its generation/,
    ],
    [
      "has a generation given beside it",
      () => ({ custom: { both: files() }, default: use("both", { generation: 2 }) }),
      "certificates.default.generation",
      /stands beside `use: both`/,
      /leave it out/,
    ],
    [
      "is used by nobody",
      () => ({ custom: { both: files() } }),
      "certificates.custom.both",
      /nothing uses this certificate/,
      /leave it out/,
    ],
    [
      "is for single sign-on",
      () => ({
        custom: { both: { certificate: both.pem, key: both.key, purpose: "sso" } },
        domains: { [vault]: use("both") },
      }),
      `certificates.domains.${vault}.use`,
      /is for single sign-on/,
      /purpose server/,
    ],
    [
      "is left out, and the certificate too",
      () => ({ domains: { [vault]: { mode: "custom", key: both.key } } }),
      `certificates.domains.${vault}.certificate`,
      /is missing/,
      /`use` a certificate under certificates\.custom, or give the certificate/,
    ],
    [
      "is left out, and the key too",
      () => ({ default: { mode: "custom", certificate: both.chain } }),
      "certificates.default.key",
      /is missing/,
      /private key/,
    ],
    [
      "is also given directly at a domain",
      () => ({
        custom: { both: files() },
        domains: { [vault]: use("both"), [admin]: { mode: "custom", ...files() } },
      }),
      `certificates.domains.${admin}.certificate`,
      /is also certificates\.custom\.both\.certificate: the two would not be rotated together/,
      /`use` it for both/,
    ],
    [
      "would have been needed: two domains have the same given directly",
      () => ({
        domains: { [vault]: { mode: "custom", ...files() }, [admin]: { mode: "custom", ...files() } },
      }),
      `certificates.domains.${admin}.certificate`,
      /the two would not be rotated together/,
      /under certificates\.custom/,
    ],
  ];
  it.each(cases)("is refused where it %s", async (_, make, path, reason, remedy) => {
    const found = problems(await make()).filter((each) => each.path === path);
    expect(found, JSON.stringify(problems(await make()))).toEqual([
      expect.objectContaining({
        reason: expect.stringMatching(reason) as unknown,
        remedy: expect.stringMatching(remedy) as unknown,
      }),
    ]);
    expect(JSON.stringify(found)).not.toContain(both.key.split("\n")[1]);
  });
});
