import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestStack } from "./support/test-stack";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- broken on purpose
type Broken = (config: Record<string, any>) => void;

/** What is broken, how, and what the message must name: path, and reason or remedy. */
const cases: [string, Broken, RegExp[]][] = [
  ["an unknown key", (c) => (c.services.server.replcas = 2), [/services\.server\.replcas/, /replicas/]],
  ["a number out of range", (c) => (c.services.server.replicas = 0), [/services\.server\.replicas/, /0/]],
  [
    "two services on one place",
    (c) => (c.services.dashboard.pathPrefix = "/"),
    [/pathPrefix/, /vault\.localhost/],
  ],
  [
    "an allow-list that is no CIDR",
    (c) => (c.services.dashboard.allowedIps = ["10.0.0.0/99"]),
    [/allowedIps/, /10\.0\.0\.0\/99/],
  ],
  [
    "an image by a moving tag",
    (c) => (c.services.server.image = { name: "example/vault:latest" }),
    [/services\.server\.image/, /digest|sha256/],
  ],
  [
    "a public name for the demo",
    (c) => (c.services.server.domain = "vault.example.com"),
    [/services\.server\.domain/, /vault\.example\.com/],
  ],
  [
    "a bind to every address for the demo",
    (c) => (c.edge.addresses = ["0.0.0.0"]),
    [/edge\.addresses/, /0\.0\.0\.0/],
  ],
  [
    "a host that is not there",
    (c) => (c.services.server.host = "nowhere"),
    [/services\.server\.host/, /nowhere/],
  ],
  [
    "a password in the environment",
    (c) => (c.services.server.environment = { SMTP_PASSWORD: "hunter2" }),
    [/services\.server\.environment\.SMTP_PASSWORD/, /secrets/],
  ],
  ["an unknown product", (c) => (c.product = "demoo"), [/product/, /demoo/, /demo/]],
  ["one port for two things", (c) => (c.edge.ports = { http: 9443, https: 9443 }), [/edge\.ports/, /9443/]],
];

describe("a broken config", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.create();
  });
  afterAll(() => stack?.destroy());

  it.each(cases)(
    "with %s is refused by up and preview before anything is touched",
    async (_, breakIt, expected) => {
      let before = "";
      stack.configure((config) => {
        before = JSON.stringify(config);
        breakIt(config);
      });
      for (const command of [["up", "--yes"], ["preview"]]) {
        const { exitCode, output } = await stack.run(command);
        expect(exitCode, output).toBe(2);
        for (const pattern of expected) expect(output).toMatch(pattern);
        expect(output).not.toContain("hunter2");
        expect(output).not.toMatch(/\n\s+at .*:\d+:\d+/);
      }
      expect(await stack.inventory()).toEqual([]);
      stack.configure((config) => {
        for (const key of Object.keys(config)) delete config[key];
        Object.assign(config, JSON.parse(before));
      });
    },
  );

  it("with several mistakes names them all at once", async () => {
    stack.configure((config) => {
      config.services.server.replicas = -1;
      config.edge.ports.https = 99999;
      config.unheardOf = true;
    });
    const { output } = await stack.run(["up", "--yes"]);
    for (const path of [/services\.server\.replicas/, /edge\.ports\.https/, /unheardOf/])
      expect(output).toMatch(path);
  });
});
