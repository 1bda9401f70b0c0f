import { expect, it } from "vitest";
import { demoRaw, settingsOf, testDigest, withValue } from "../../config/testing";
import { fakeDocker } from "../../operations/testing/fake-docker";
import { BackupStore } from "./store";

const docker = fakeDocker();
const recipients = [`age1${"q".repeat(58)}`, `age1${"p".repeat(58)}`];
const settings = settingsOf(withValue(demoRaw(), "backup", { image: { id: testDigest }, recipients }));
const find = () => BackupStore.find("test", settings, settings.backup!);

/** A docker whose stack has a sidecar in this state, and a volume or none; it repeats what it is told to run. */
function answer({ status, volume }: { status?: string; volume: string }): void {
  const state = { Status: status, Running: true };
  const container = {
    Id: "a1",
    Name: "/a1",
    State: state,
    Config: { Labels: {} },
    HostConfig: { Memory: 0 },
  };
  docker.answer(`shift 2
case "$*" in
  ps*) ${status === undefined ? "true" : "echo a1"} ;;
  "container inspect"*) echo '${JSON.stringify([container])}' ;;
  "volume inspect"*) ${volume} ;;
  *) printf '"%s"' "$*" ;;
esac`);
}

it("is worked on in the sidecar while it runs", async () => {
  answer({ status: "running", volume: "false" });
  expect(await (await find())!.tell("take-export")).toBe(
    "exec --interactive a1 node /app/main.js take-export",
  );
});

it.each([undefined, "restarting"])(
  "is worked on without the sidecar while it is %s, on no network",
  async (status) => {
    answer({ ...(status === undefined ? {} : { status }), volume: "echo []" });
    const told = (await (await find())!.tell("take-export")) as string;
    expect(told).toMatch(/^run --rm --interactive --network=none .*--read-only .*--cap-drop=ALL/);
    expect(told).toContain("source=strongroom-test-backups,target=/var/lib/strongroom --entrypoint=node");
    expect(told).toMatch(new RegExp(`${testDigest} /app/main.js take-export$`));
  },
);

it("is not there before its volume is, and an error when that cannot be told", async () => {
  answer({ volume: "echo 'Error: no such volume: x' >&2; exit 1" });
  expect(await find()).toBeUndefined();
  answer({ volume: "echo 'cannot connect' >&2; exit 1" });
  await expect(find()).rejects.toThrow("cannot connect");
});
