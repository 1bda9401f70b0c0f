import { execa, execaSync } from "execa";

/** The image's tag: of this suite, so that it can be removed. */
export const tinyImage = "conformance-shell:test";

/** True if a Docker daemon answers. */
export function hasDocker(): boolean {
  return !execaSync("docker", ["info"], { reject: false }).failed;
}

/** Makes `tinyImage` from this machine's own shell and a few tools: a few MB, no network, no registry. */
export async function buildTinyImage(): Promise<void> {
  const tools = ["/bin/sh", "/bin/sleep", "/bin/cat", "/bin/true"];
  const { stdout } = await execa("ldd", tools);
  const libraries = stdout.match(/\/\S+(?= \(0x)/g) ?? [];
  const files = [...new Set([...tools, ...libraries])].map((file) => file.slice(1));
  const tar = execa("tar", ["-C", "/", "--dereference", "-c", ...files], { encoding: "buffer" });
  await execa("docker", ["import", "-", tinyImage], { input: (await tar).stdout });
}

/** Removes the image. */
export async function removeTinyImage(): Promise<void> {
  await execa("docker", ["image", "rm", "--force", tinyImage], { reject: false });
}

/** The part of `docker inspect` of `name` that `format` names, as JSON; undefined if there is no such object. */
export async function inspect<T>(
  type: "container" | "network" | "volume",
  name: string,
  format: string,
): Promise<T | undefined> {
  const result = await execa("docker", [type, "inspect", "--format", `{{json ${format}}}`, name], {
    reject: false,
  });
  return result.failed ? undefined : (JSON.parse(result.stdout) as T);
}
