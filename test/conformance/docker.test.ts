import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildTinyImage, hasDocker, inspect, removeTinyImage, tinyImage } from "./docker-image";
import { Project } from "./engine";

describe.skipIf(!hasDocker())("docker (skipped without a Docker daemon)", () => {
  let project: Project;
  beforeAll(buildTinyImage);
  afterAll(removeTinyImage);
  beforeEach(async () => {
    project = await Project.create();
    return () => project.remove();
  });

  /** A network, a volume and a container that uses both; `args` is added to the container's arguments. */
  const program = (args = "", options = ""): string => `
    const network = new docker.Network("conformance", { internal: true, labels: [{ label: "made.by", value: "conformance" }] });
    const volume = new docker.Volume("conformance", {});
    const container = new docker.Container("conformance", {
      image: "${tinyImage}", entrypoints: ["/bin/sleep"], command: ["600"], envs: ["A=1"], stopSignal: "SIGKILL",
      networksAdvanced: [{ name: network.name, aliases: ["vault"] }],
      mounts: [{ type: "volume", source: volume.name, target: "/data" }],
      readOnly: true, capabilities: { drops: ["ALL"] }, securityOpts: ["no-new-privileges"], memory: 64, memorySwap: 64,
      tmpfs: { "/tmp": "size=1m" }, restart: "unless-stopped", user: "65534:65534",
      labels: [{ label: "made.by", value: "conformance" }], ${args}
    }, { ${options} });
    exports.container = container.name; exports.network = network.name; exports.volume = volume.name;
    exports.id = container.id;`;

  test("creates, plans nothing more, also after a refresh, and deletes", async () => {
    await project.program(program());
    await project.mustUp();
    const { container = "", network = "", volume = "", id } = await project.outputs();
    expect(container).toMatch(/^conformance-[0-9a-f]{7}$/);
    expect(await inspect("container", container, ".Id")).toBe(id);
    expect(await inspect("container", container, ".State.Running")).toBe(true);
    expect(await inspect("container", container, ".Config.Env")).toContain("A=1");
    expect(await inspect("container", container, ".HostConfig")).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      Memory: 64 * 1024 * 1024,
      Tmpfs: { "/tmp": "size=1m" },
    });
    expect(
      await inspect("container", container, `(index .NetworkSettings.Networks "${network}")`),
    ).toMatchObject({
      Aliases: expect.arrayContaining(["vault"]) as unknown,
    });
    expect(await inspect("network", network, ".Internal")).toBe(true);
    expect(await inspect("volume", volume, ".Name")).toBe(volume);

    await project.must("preview", "--expect-no-changes");
    await project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await project.must("preview", "--expect-no-changes");

    await project.program("");
    await project.mustUp();
    expect(await inspect("container", container, ".Id")).toBeUndefined();
    expect(await inspect("network", network, ".Id")).toBeUndefined();
    expect(await inspect("volume", volume, ".Name")).toBeUndefined();
  });

  test("replaces a container, the new one first where deleteBeforeReplace is false", async () => {
    await project.program(program("", "deleteBeforeReplace: false"));
    await project.mustUp();
    const before = await project.outputs();
    await project.program(program(`envs: ["A=2"]`, "deleteBeforeReplace: false"));
    const [step] = await project.plan("Container");
    expect(step?.op).toBe("replace");
    expect(Object.keys(step?.detailedDiff ?? {}).some((path) => path.startsWith("envs"))).toBe(true);
    expect(await project.planned("Network")).toEqual([]);

    const output = await project.mustUp();
    const after = await project.outputs();
    expect(after.id).not.toBe(before.id);
    expect(after.container).not.toBe(before.container);
    expect(output.indexOf("created replacement")).toBeLessThan(output.indexOf("deleting original"));
    expect(await inspect("container", before.container ?? "", ".Id")).toBeUndefined();
  });

  test("deletes a container first where nothing else is said", async () => {
    await project.program(program());
    await project.mustUp();
    await project.program(program(`envs: ["A=2"]`));
    const output = await project.mustUp();
    expect(output.indexOf("deleted original")).toBeGreaterThan(-1);
    expect(output.indexOf("deleted original")).toBeLessThan(output.indexOf("creating replacement"));
  });

  test("sees on a refresh that a container is gone, and makes it again", async () => {
    await project.program(program());
    await project.mustUp();
    const { container = "" } = await project.outputs();
    const { execa } = await import("execa");
    await execa("docker", ["rm", "--force", container]);
    await project.must("refresh", "--yes", "--skip-preview");
    expect(await project.planned("Container")).toEqual(["create"]);
  });

  test("records a container whose wait fails, and replaces it only with replaceOnChanges", async () => {
    const unhealthy = `wait: true, waitTimeout: 4, healthcheck: { tests: ["CMD", "/bin/cat", "/missing"], interval: "1s", retries: 1 }`;
    await project.program(program(unhealthy));
    const { failed } = await project.up();
    expect(failed).toBe(true);
    const [recorded] = await project.recorded("Container");
    expect(recorded?.initErrors).toHaveLength(1);
    // Without replaceOnChanges the failed container would be taken for good.
    expect(await project.planned("Container")).toEqual(["update"]);
    await project.program(program(unhealthy, `replaceOnChanges: ["*"]`));
    expect(await project.planned("Container")).toEqual(["replace"]);
  });

  test("says which image is missing, and records no container", async () => {
    await project.program(program(`image: "conformance-missing:none"`));
    const { failed, output } = await project.up();
    expect(failed).toBe(true);
    expect(output).toContain("conformance-missing:none");
    expect(await project.recorded("Container")).toEqual([]);
    expect(await project.recorded("Network")).toHaveLength(1);
  });
});
