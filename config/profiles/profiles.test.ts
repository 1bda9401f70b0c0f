import { describe, expect, it } from "vitest";
import { settingsOf, demoRaw, publicRaw, withValue } from "../testing";
import { profiles } from ".";

const services = Object.values(profiles).flatMap((profile) =>
  Object.entries(profile.services).map(([name, service]) => ({ at: `${profile.name}/${name}`, service })),
);

describe("profiles", () => {
  it.each(services)("$at gives a reason for each secret that goes by environment", ({ service }) => {
    for (const secret of Object.values(service.secrets)) {
      expect(secret.delivery === "environment").toBe(secret.reason !== undefined);
    }
  });

  it.each(services)(
    "$at holds a secret in no variable of its template, and each variable once",
    ({ service }) => {
      const variables = Object.values(service.secrets).flatMap((s) => [s.variable, ...(s.aliases ?? [])]);
      expect(new Set(variables).size).toBe(variables.length);
      for (const name of Object.keys(service.environment)) expect(variables).not.toContain(name);
    },
  );

  it.each(services)("$at knows only placeholders that have a value when all is configured", ({ service }) => {
    const complete = withValue(publicRaw(), "outboundProxy", { url: "http://proxy.example.com:3128" });
    const smtp = { host: "smtp.example.com", user: "u", password: "p", sender: "a@example.com" };
    const settings =
      service === profiles.demo!.services.server || service === profiles.demo!.services.dashboard
        ? settingsOf(demoRaw())
        : settingsOf(withValue(complete, "smtp", smtp));
    const found = Object.values(settings.services).find(({ port }) => port === service.port)!;
    expect(Object.keys(found.environment).sort()).toEqual(Object.keys(service.environment).sort());
  });

  it("migrate by a service that there is, at its start only where releases do not stand side by side", () => {
    for (const { migration, services: own, strategy } of Object.values(profiles)) {
      expect(Object.keys(own)).toContain(migration.service);
      if (migration.mode === "on-start") expect(strategy).toBe("recreate");
    }
  });

  it("give the administrator's link in a service that there is", () => {
    for (const { adminLink, services: own } of Object.values(profiles)) {
      if (adminLink) expect(Object.keys(own)).toContain(adminLink.service);
    }
  });

  it("run UpSignOn PRO as its vendor's programs expect it", () => {
    const { profile, services: own } = settingsOf(publicRaw());
    expect(profile.minimum).toEqual({ vcpus: 4, memoryGiB: 8, diskGiB: 50 });
    expect(own.server).toMatchObject({ port: 3000, stopSignal: "SIGINT" });
    expect(own.dashboard).toMatchObject({ port: 3001, stopSignal: "SIGINT", stripPrefix: true });
    const session = own.server!.secrets.filter(({ name }) => name === "SESSION_SECRET");
    expect(session.map(({ variable }) => variable)).toEqual(["SESSION_SECRET", "PRO_SESSION_SECRET"]);
    expect(new Set(session.map(({ secret }) => secret.fingerprint)).size).toBe(1);
  });
});
