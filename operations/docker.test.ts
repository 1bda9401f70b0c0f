import { expect, it } from "vitest";
import { probe } from "./certificates/probe";
import { dockerOnPresent, dockerStream, inspectContainers } from "./docker";
import { fakeDocker } from "./testing/fake-docker";

const { answer } = fakeDocker();

function ask(script: string): Promise<string> {
  answer(script);
  return dockerOnPresent("unix:///nowhere", "image", ["image", "inspect", "a", "b"]);
}

it("leaves out what is not there", async () => {
  const answer = await ask("echo here; echo 'Error response from daemon: No such image: b' >&2; exit 1");
  expect(answer).toBe("here");
  expect(await ask("echo here")).toBe("here");
});

it.each([
  [
    "a message of its own",
    "echo here; echo 'No such image: b' >&2; echo broken >&2; exit 1",
    "image on unix:///nowhere: broken",
  ],
  ["an exit code alone, as of a call that was given up", "echo here; exit 124", "exit code 124"],
])("fails with %s", async (_, script, message) => {
  await expect(ask(script)).rejects.toThrow(message);
});

it("takes no container for gone because Docker gives no answer", async () => {
  answer("echo '[]'; echo 'Error: No such container: a' >&2; exit 1");
  expect(await inspectContainers("unix:///nowhere", ["a"])).toEqual([]);
  answer("echo '[]'; echo 'Cannot connect to the Docker daemon' >&2; exit 1");
  await expect(inspectContainers("unix:///nowhere", ["a"])).rejects.toThrow("Cannot connect");
  answer("exit 124");
  await expect(inspectContainers("unix:///nowhere", ["a"])).rejects.toThrow("exit code 124");
});

it("gives the two ends of a command as a stream, without what the environment says of Docker", async () => {
  answer('echo "$* ${DOCKER_HOST-none}"; cat');
  process.env.DOCKER_HOST = "unix:///elsewhere";
  const stream = dockerStream("unix:///nowhere", ["exec", "a", "cat"]);
  delete process.env.DOCKER_HOST;
  stream.end("written");
  let read = "";
  for await (const part of stream) read += String(part);
  expect(read).toBe("--host unix:///nowhere exec a cat none\nwritten");
});

it.each(["exit 1", "echo no handshake; exit 1", "sleep 0.2", "head -c 20; exit 1"])(
  "leads nowhere, and says so at once, when the command is: %s",
  async (script) => {
    answer(script);
    const started = Date.now();
    const socket = dockerStream("unix:///nowhere", []);
    await expect(probe({ socket }, "vault.localhost")).rejects.toThrow();
    socket.destroy();
    expect(Date.now() - started).toBeLessThan(5_000);
  },
);
