import { describe, expect, it } from "vitest";
import { TYPES } from "../support/types";
import { interruptions } from "./interruption";
import { action, change, database, edge, front, network, replica, update } from "./testing/changes";
import type { Change } from "./update";
import { UNKNOWN } from "./values";

const kept = () => replica({}, {}, { kind: "same" });
const causes = (changes: Change[], strategy: "rolling" | "recreate" = "rolling") =>
  Object.fromEntries(interruptions(update(changes), { strategy }));
const release = [replica({}, undefined), replica(undefined, {}, { name: "server-2" })];
const run = (line: unknown) => ({ create: line, update: line, delete: line });

describe("what interrupts a service", () => {
  it.each<[string, Change[], string]>([
    [
      "the front replaced",
      [kept(), front({}, {}, { kind: "replace", diffs: ["ports"] })],
      "the front is replaced (ports)",
    ],
    ["the front removed", [kept(), front({}, undefined)], "the front is removed"],
    [
      "the edge removed before its successor is there",
      [kept(), edge({}, {}, { kind: "replace", gap: true, diffs: ["memory"] })],
      "the edge is replaced (memory)",
    ],
    ["the edge removed", [kept(), edge({}, undefined)], "the edge is removed"],
    [
      "the edge changed where it is",
      [kept(), edge({}, {}, { kind: "update", diffs: ["memory"] })],
      "the edge is replaced (memory)",
    ],
    [
      "the database replaced",
      [kept(), database({}, {}, { kind: "replace", diffs: ["image"] })],
      "the database is restarted (image)",
    ],
    [
      "the database started again",
      [kept(), database({}, {}, { kind: "update", diffs: ["mustRun"] })],
      "the database is restarted (mustRun)",
    ],
    ["a network replaced", [kept(), network({}, {}, { kind: "replace" })], "network-edge is replaced"],
    ["a network removed", [kept(), network({}, undefined)], "network-edge is removed"],
    [
      "another host",
      [kept(), change(TYPES.dockerProvider, { host: "a" }, { host: "b" })],
      "the Docker host changes",
    ],
    [
      "routes withdrawn",
      [kept(), action({ create: "operations/run apply-routes create" }, undefined)],
      "the routes are withdrawn",
    ],
    [
      "routes withdrawn by a cutover's end",
      [kept(), action({ create: "exec operations/run cutover create" }, undefined)],
      "the routes are withdrawn",
    ],
    [
      "a foreign command",
      [kept(), action({}, { update: "reboot" })],
      "routes-apply runs a command that is no verb",
    ],
    [
      "a command not known yet",
      [kept(), action({}, { update: UNKNOWN })],
      "routes-apply runs a command that is not known yet",
    ],
    ["the service removed", [replica({}, undefined)], "the service is removed"],
    [
      "old containers going first",
      [replica({}, {}, { kind: "replace", gap: true })],
      "removed before the new ones",
    ],
    [
      "containers changed where they are",
      [replica({}, {}, { kind: "update", diffs: ["cpus", "memory"] })],
      "(cpus, memory)",
    ],
  ])("%s", (_, changes, expected) => {
    const { server } = causes(changes);
    expect(server).toHaveLength(1);
    expect(server![0]).toContain(expected);
  });

  it("is its own release, where two may not run at once", () => {
    expect(causes(release, "recreate")).toEqual({ server: ["strategy recreate"] });
    expect(causes([replica({}, {}, { kind: "replace" })], "recreate")).toEqual({
      server: ["strategy recreate"],
    });
    expect(causes(release)).toEqual({ server: [] });
  });

  it("is told for the service that it is about, or for all", () => {
    const other = replica({}, {}, { service: "dashboard", name: "d", kind: "same" });
    expect(causes([other, replica({}, undefined)])).toEqual({
      dashboard: [],
      server: ["the service is removed"],
    });
    const network = causes([other, kept(), front({}, {}, { kind: "replace", diffs: ["ports"] })]);
    expect(network).toEqual({
      dashboard: ["the front is replaced (ports)"],
      server: ["the front is replaced (ports)"],
    });
  });

  it.each<[string, Change[]]>([
    ["nothing", [kept(), edge({}, {}, { kind: "same" })]],
    ["another edge beside the old one", [kept(), edge({}, {}, { kind: "replace", diffs: ["image"] })]],
    ["a rolling release", release],
    ["one replica more", [kept(), replica(undefined, {}, { name: "server-2" })]],
    ["one replica less", [kept(), replica({}, undefined, { name: "server-2" })]],
    [
      "new routes",
      [
        kept(),
        action(
          run("exec operations/run apply-routes update"),
          run("exec operations/run apply-routes update"),
        ),
      ],
    ],
    [
      "a retired replica",
      [kept(), action({ create: ":", delete: "exec operations/run retire delete" }, undefined)],
    ],
    [
      "the time that a stop may take",
      [kept(), database({}, {}, { kind: "update", diffs: ["destroyGraceSeconds"] })],
    ],
    ["a replica of several made anew", [kept(), replica({}, {}, { name: "b", kind: "replace", gap: true })]],
    ["a new host", [kept(), change(TYPES.dockerProvider, undefined, { host: "b" })]],
    ["a database that was missing", [kept(), database(undefined, {})]],
  ])("is not %s", (_, changes) => {
    expect(causes(changes)).toEqual({ server: [] });
  });

  it("is not one replica less, where two releases may not run at once", () => {
    expect(causes([kept(), replica({}, undefined, { name: "b" })], "recreate")).toEqual({ server: [] });
    expect(causes([kept(), replica(undefined, {}, { name: "b" })], "recreate")).toEqual({ server: [] });
  });

  it("is nothing at a stack's first update", () => {
    expect(causes([edge(undefined, {}), database(undefined, {}), replica(undefined, {})])).toEqual({});
  });
});
