import { beforeEach, describe, expect, test } from "vitest";
import { CloudflareApi } from "./cloudflare-api";
import { isSecret, Project } from "./engine";

const zone = "0123456789abcdef0123456789abcdef";
let project: Project;
let api: CloudflareApi;
beforeEach(async () => {
  api = await CloudflareApi.start(zone, "token-one", "token-two");
  return () => api.stop();
});
beforeEach(async () => {
  project = await Project.create();
  return () => project.remove();
});

/** A program with one record; `args` is added to its arguments, `options` to its options. */
function record(args = "", { token = "token-one", options = "" } = {}): string {
  return `
    const provider = new cloudflare.Provider("cloudflare", { apiToken: "${token}", baseUrl: "${api.url}" });
    const record = new cloudflare.DnsRecord("vault", {
      zoneId: "${zone}", name: "vault.example.com", type: "A", ttl: 60, content: "192.0.2.1", ${args}
    }, { provider, ${options} });
    module.exports = { id: record.id };`;
}

describe("cloudflare.DnsRecord", () => {
  test("creates a record, plans nothing more, and deletes it", async () => {
    await project.program(record(`comment: "made by a test"`));
    await project.mustUp();
    expect(api.only).toMatchObject({
      ...{ name: "vault.example.com", type: "A", content: "192.0.2.1", ttl: 60, proxied: false },
      comment: "made by a test",
    });
    expect((await project.outputs()).id).toBe(api.only.id);
    await project.must("preview", "--expect-no-changes");
    await project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await project.must("preview", "--expect-no-changes");

    await project.program("");
    await project.mustUp();
    expect(api.records.size).toBe(0);
  });

  test("changes in place", async () => {
    await project.program(record());
    await project.mustUp();
    const { id } = api.only;
    await project.program(record(`content: "192.0.2.2", ttl: 300`));
    expect(await project.planned("DnsRecord")).toEqual(["update"]);
    await project.mustUp();
    expect(api.only).toMatchObject({ id, content: "192.0.2.2", ttl: 300 });
  });

  test("replaces a record that moves to another zone", async () => {
    await project.program(record());
    await project.mustUp();
    await project.program(record(`zoneId: "fedcba9876543210fedcba9876543210"`));
    expect(await project.planned("DnsRecord")).toEqual(["replace"]);
  });

  test("sees on a refresh what was changed or deleted by hand, and puts it right", async () => {
    await project.program(record());
    await project.mustUp();
    api.only.content = "203.0.113.9";
    await project.must("refresh", "--yes", "--skip-preview");
    expect(await project.planned("DnsRecord")).toEqual(["update"]);
    await project.mustUp();
    expect(api.only.content).toBe("192.0.2.1");

    api.records.clear();
    await project.must("refresh", "--yes", "--skip-preview");
    expect(await project.planned("DnsRecord")).toEqual(["create"]);
  });

  test("imports a record by ZONE_ID/RECORD_ID", async () => {
    api.records.set("aaaa", {
      ...{ id: "aaaa", name: "vault.example.com", type: "A", content: "192.0.2.1", ttl: 60, proxied: false },
      ...{ created_on: "2026-01-02T03:04:05Z", modified_on: "2026-01-02T03:04:05Z", proxiable: true },
    });
    await project.program(record("proxied: false", { options: `import: "${zone}/aaaa"` }));
    expect(await project.planned("DnsRecord")).toEqual(["import"]);
    await project.mustUp();
    await project.program(record("proxied: false"));
    await project.must("preview", "--expect-no-changes");
    expect(api.requests.filter((request) => !request.startsWith("GET"))).toEqual([]);
    expect((await project.outputs()).id).toBe("aaaa");
  });

  test("says what the API said, keeps the token out of it, and records nothing", async () => {
    await project.program(record("", { token: "token-wrong" }));
    const { failed, output } = await project.up();
    expect(failed).toBe(true);
    expect(output).toContain("Authentication error");
    expect(output).not.toContain("token-wrong");
    expect(await project.recorded("DnsRecord")).toEqual([]);
  });

  test("changes its token without touching a record, and keeps it encrypted", async () => {
    await project.program(record());
    await project.mustUp();
    const sent = api.requests.length;
    await project.program(record("", { token: "token-two" }));
    expect(await project.planned("DnsRecord")).toEqual([]);
    await project.mustUp();
    expect(api.requests.slice(sent)).toEqual([]);
    const [provider] = await project.recorded("cloudflare");
    expect(isSecret(provider?.inputs?.apiToken)).toBe(true);
    expect(await project.deployment()).not.toMatch(/token-(one|two)/);
  });
});

describe.skipIf(process.env.STRONGROOM_PLUGINS === "official")("the stand-in for cloudflare", () => {
  test.each([
    [`new cloudflare.Zone("x", { name: "example.com", account: { id: "1" } })`, "cloudflare:index/zone:Zone"],
    [
      `new cloudflare.DnsRecord("x", { zoneId: "z", name: "n", type: "SRV", ttl: 1, data: { port: 1 } })`,
      "data",
    ],
  ])("refuses what it does not have: %s", async (program, named) => {
    await project.must("config", "set", "cloudflare:apiToken", "--secret", "token-one");
    await project.program(program);
    const { failed, output } = await project.run("preview");
    expect(failed).toBe(true);
    expect(output).toContain(named);
    expect(output).toContain("not supported by the stand-in for the cloudflare plugin");
  });
});
