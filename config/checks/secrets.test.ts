import { afterEach, describe, expect, it, vi } from "vitest";
import { profiles } from "../profiles";
import { demoRaw, problemsOf, settingsOf, withValue } from "../testing";

const secrets = (value: unknown) => withValue(demoRaw(), "services/server/secrets", value);

describe("checkSecrets", () => {
  afterEach(() => vi.restoreAllMocks());

  it("names the nearest secret for one that the service does not take", () => {
    const [problem] = problemsOf(secrets({ SESION_SECRET: { generation: 1 } }));
    expect(problem).toMatchObject({ path: "services.server.secrets.SESION_SECRET" });
    expect(problem!.remedy).toContain("`SESSION_SECRET`");
    expect(problemsOf(secrets({ toString: { generation: 1 } }))).toHaveLength(1);
  });

  it("says where a secret is set that is not set here", () => {
    const [problem] = problemsOf(secrets({ DATABASE_PASSWORD: { value: "hunter2" } }));
    expect(problem!.reason).toContain("database.roles");
    expect(JSON.stringify(problem)).not.toContain("hunter2");
  });

  it("takes a value in place of a derived secret, or a generation, not both and not neither", () => {
    const value = (given: unknown) =>
      settingsOf(secrets({ SESSION_SECRET: given }))
        .services.server!.secrets.find(({ name }) => name === "SESSION_SECRET")!
        .secret.reveal();
    expect(value({ value: "kept from before" })).toBe("kept from before");
    expect(value({ generation: 2 })).not.toBe(value({ generation: 1 }));
    expect(problemsOf(secrets({ SESSION_SECRET: { generation: 1, value: "x" } }))).toHaveLength(1);
    expect(problemsOf(secrets({ SESSION_SECRET: {} }))).toHaveLength(1);
  });

  it("misses what only the operator has, and derives none of it", () => {
    const { services } = profiles.demo!;
    const { server } = services;
    const licence = { LICENCE: { from: "operator", delivery: "file", variable: "LICENCE_FILE" } } as const;
    vi.spyOn(profiles.demo!, "services", "get").mockReturnValue({
      ...services,
      server: { ...server!, secrets: { ...server!.secrets, ...licence } },
    });
    expect(problemsOf(demoRaw())).toMatchObject([
      {
        path: "services.server.secrets.LICENCE",
        remedy: expect.stringContaining("--secret --path") as unknown,
      },
    ]);
    expect(problemsOf(secrets({ LICENCE: { generation: 1 } }))).toMatchObject([
      { reason: "cannot be derived" },
    ]);
    expect(problemsOf(secrets({ LICENCE: { value: "x" } }))).toEqual([]);
  });
});
