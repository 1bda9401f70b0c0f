import { expect, it } from "vitest";
import { fakeDocker } from "../testing/fake-docker";
import { endInterrupted, removeRehearsal } from "./scratch";

const docker = fakeDocker();

/** A docker that has one volume of a rehearsal, and says this when it is to be removed. */
const withVolume = (removal: string) =>
  docker.answer(`shift 2
case "$*" in
  "volume ls"*) echo strongroom-test-rehearsal-data ;;
  "volume rm"*) ${removal} ;;
esac`);

it("is not said to be removed where Docker keeps its volume, a copy of the data", async () => {
  withVolume("echo 'volume is in use - [a1]' >&2; exit 1");
  await expect(removeRehearsal("unix:///x", "test")).rejects.toThrow("volume is in use");
  const said = await endInterrupted("unix:///x", "test");
  expect(said).toContain("does not remove");
  expect(said).toContain("strongroom-test-rehearsal-data (");
  expect(said).not.toContain("is removed");
});

it("is said to be removed when it is, also by somebody else", async () => {
  for (const removal of ["echo gone", "echo 'Error: No such volume: x' >&2; exit 1"]) {
    withVolume(removal);
    expect(await endInterrupted("unix:///x", "test")).toContain("is removed");
  }
});
