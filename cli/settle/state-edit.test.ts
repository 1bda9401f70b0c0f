import { expect, it } from "vitest";
import { type Deployment, editDeployment, recordedGeneration } from "./state-edit";

const routes = (more: object = {}) => ({
  urn: "urn:pulumi:dev::strongroom::strongroom:edge:EdgeRoutes$strongroom:action:Action$command:local:Command::routes-apply",
  type: "command:local:Command",
  id: "routes-apply0123",
  inputs: {
    create: "operations/run apply-routes create",
    environment: { STRONGROOM_GENERATION: "old", STRONGROOM_A: "1" },
  },
  outputs: { stdout: "", environment: { STRONGROOM_GENERATION: "old", STRONGROOM_A: "1" } },
  ...more,
});
const deployment = (): Deployment => ({
  version: 3,
  deployment: {
    resources: [
      routes({ delete: true }),
      routes(),
      { urn: "urn:x", type: "docker:index/container:Container" },
    ],
    pending_operations: [
      { type: "creating", resource: { urn: "urn:y", type: "docker:index/container:Container" } },
    ],
  },
});

it("forgets pending operations and nothing else", () => {
  const before = deployment();
  const after = editDeployment(before, { clearPending: true });
  expect(after.deployment).toEqual({ resources: before.deployment.resources });
  expect(after.version).toBe(3);
  expect(before).toEqual(deployment());
});

it("tells the routes' action what the host has, and leaves one that waits for its deletion", () => {
  const { resources } = editDeployment(deployment(), {
    clearPending: false,
    routesGeneration: "new",
  }).deployment;
  expect(resources?.[0]).toEqual(routes({ delete: true }));
  expect(resources?.[1]?.inputs?.environment).toEqual({ STRONGROOM_GENERATION: "new", STRONGROOM_A: "1" });
  expect(resources?.[1]?.outputs).toEqual({
    stdout: "",
    environment: { STRONGROOM_GENERATION: "new", STRONGROOM_A: "1" },
  });
  expect(recordedGeneration(resources ?? [])).toBe("new");
});

it("finds no generation before routes were applied", () => {
  expect(recordedGeneration([routes({ delete: true })])).toBeUndefined();
  expect(recordedGeneration(deployment().deployment.resources ?? [])).toBe("old");
});

it("has the database's roles looked after again when that was begun and never ended", () => {
  const urn =
    "urn:pulumi:dev::strongroom::strongroom:database:Database$command:local:Command::database-provision";
  const environment = { STRONGROOM_LOGIN: "vault_b", STRONGROOM_PASSWORD_B: "1" };
  const provision = {
    urn,
    type: "command:local:Command",
    inputs: { create: "c", environment },
    outputs: { environment },
  };
  const doomed = { ...provision, delete: true };
  const edited = (pendingUrn: string, clearPending = true) =>
    editDeployment(
      {
        version: 3,
        deployment: {
          resources: [doomed, provision],
          pending_operations: [{ type: "creating", resource: { urn: pendingUrn, type: provision.type } }],
        },
      },
      { clearPending },
    ).deployment.resources;
  const left = { STRONGROOM_PASSWORD_B: "1" };
  expect(edited(urn)).toEqual([
    doomed,
    { ...provision, inputs: { create: "c", environment: left }, outputs: { environment: left } },
  ]);
  expect(edited("urn:x")).toEqual([doomed, provision]);
  expect(edited(urn, false)).toEqual([doomed, provision]);
});
