import { describe, expect, it } from "vitest";
import { demoRaw, publicRaw, settingsOf, withValue } from "../../config/testing";
import type { Settings } from "../../config/settings";
import { secretsIn } from "../stack-config";
import { rehearsalInput } from "./input";

const demo = () => settingsOf(demoRaw());
const vendor = () => settingsOf(publicRaw());

/** Everything that would stand on a command line. */
function commandLines(settings: Settings): string {
  const { scratch, migration, services } = rehearsalInput(settings, "id");
  return JSON.stringify([
    scratch.flags,
    scratch.envs,
    scratch.command,
    migration.job?.command,
    services.map(({ container: { flags, command, image } }) => [flags, command, image]),
  ]);
}

describe("what a rehearsal is made of", () => {
  it.each([
    ["the demo", demo],
    ["a vendor's product", vendor],
  ])("puts no secret of %s on a command line, and gives the server verifiers alone", (_, settings) => {
    const secrets = secretsIn(settings());
    expect(secrets.length).toBeGreaterThan(2);
    const { scratch, services } = rehearsalInput(settings(), "id");
    for (const secret of secrets) {
      expect(commandLines(settings())).not.toContain(secret);
      expect(scratch.roles).not.toContain(secret);
    }
    // They do reach the services, by file or environment.
    const given = JSON.stringify(services.map(({ container: { envs, files } }) => [envs, files]));
    expect(given).toContain(settings().database.rolePasswords.a.reveal());
  });

  it("starts the service that migrates first, and each within its limits", () => {
    const raw = withValue(demoRaw(), "services/server/limits", { memoryMiB: 333 });
    const { services, migration } = rehearsalInput(settingsOf(raw), "id");
    expect(services.map(({ name }) => name)).toEqual(["server", "dashboard"]);
    expect(services[0]!.container).toMatchObject({ memoryMiB: 333, user: { uid: 10001, gid: 10001 } });
    expect(migration).toMatchObject({
      service: "server",
      version: "1.0.0",
      history: "public.schema_migrations",
    });
    expect(migration.job?.files.map(({ path }) => path)).toContain(
      "/run/strongroom/secrets/DATABASE_PASSWORD",
    );
  });

  it("has no job for a product that migrates when it starts", () => {
    const { migration, recreate } = rehearsalInput(vendor(), "id");
    expect([migration.job, recreate]).toEqual([undefined, true]);
  });
});
