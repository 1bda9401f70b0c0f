import { describe, expect, it } from "vitest";
import { healthDeadlineSeconds } from "../../components/container/hardened";
import { EDGE } from "../../components/edge/layout";
import { POSTGRES_USER } from "../../components/database/server";
import { demoRaw, settingsOf } from "../../config/testing";
import { profiles } from "../../config/profiles";
import type { Limits } from "../../config/settings";
import { minimumDocker } from "../../cli/doctor/checks";
import { minimumEngine } from "../../toolchain/engine";
import { prose, section } from "./documents";

const plural = (count: number, unit: string) => `${count} ${unit}${count > 1 ? "s" : ""}`;
const limits = ({ memoryMiB, cpus, processes }: Limits) =>
  `${memoryMiB} MiB, ${plural(cpus, "CPU")}, ${processes} processes`;

/** Figures of the code that the text repeats for people. */
describe("the documents give the figures of", () => {
  it.each(Object.values(profiles))("profile $name", ({ name, title, services, minimum, database }) => {
    const product = section("docs/configuration.md", "Product");
    for (const {
      limits: own,
      healthCheck: check,
      stopSignal,
      stopGraceSeconds,
      drainSeconds,
    } of Object.values(services)) {
      expect(product).toContain(limits(own));
      const { intervalSeconds, timeoutSeconds, retries, startPeriodSeconds } = check;
      expect(product).toContain(
        `${intervalSeconds} s, ${timeoutSeconds} s, ${retries}, ${startPeriodSeconds} s`,
      );
      expect(product).toContain(`${stopSignal}, ${stopGraceSeconds} s, ${drainSeconds} s`);
    }
    expect(section("docs/install.md", "doctor")).toContain(
      `${minimum.vcpus} CPUs, ${minimum.memoryGiB} GiB${name === "demo" ? " of memory" : ""} and ${minimum.diskGiB} GiB`,
    );
    const users = section("docs/networks.md", "Hardening");
    const [{ user }] = Object.values(services) as [(typeof services)[string]];
    expect(users).toContain(`${name === "demo" ? name : title} ${user.uid}`);
    expect(prose("docs/production.md")).toContain(`\`${database.name}\` in`);
  });

  it("edge and database", () => {
    const { edge, database } = settingsOf(demoRaw());
    const page = prose("docs/configuration.md");
    for (const part of ["edge", "database"] as const) {
      const own = { edge, database }[part].limits;
      expect(page).toMatch(new RegExp(`\`${part}.limits.memoryMiB\`.*\\| ${own.memoryMiB} MiB \\|`));
      expect(page).toMatch(new RegExp(`\`${part}.limits.cpus\`.*\\| ${own.cpus} CPU \\|`));
      expect(page).toMatch(new RegExp(`\`${part}.limits.processes\`.*\\| ${own.processes} \\|`));
    }
    const users = section("docs/networks.md", "Hardening");
    expect(users).toContain(`front and edge ${EDGE.user.uid}, database ${POSTGRES_USER.uid}`);
  });

  it("the demo's longest wait for health", () => {
    const waits = Object.values(profiles.demo!.services).map(({ healthCheck }) =>
      healthDeadlineSeconds(healthCheck),
    );
    for (const wait of waits) expect(prose("docs/releases.md")).toContain(`${wait} seconds`);
  });

  it("the oldest Docker and Pulumi", () => {
    for (const page of ["docs/install.md", "README.md"]) expect(prose(page)).toContain(minimumEngine);
    expect(prose("docs/install.md")).toContain(minimumDocker);
  });
});
