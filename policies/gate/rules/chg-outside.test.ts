import type { LastRun } from "../rule";
import { cases, database, dataVolume, edge, network, replica, update } from "../testing/cases";
import type { Update } from "../update";
import { rule } from "./chg-outside";

const kept = { $: { protect: true, retainOnDelete: true } };
const run: LastRun = { kind: "update", succeeded: true, flags: ["policy-pack", "yes"] };
const after = (lastRun: LastRun, ...changes: Update["changes"]) => ({
  update: update(changes),
  facts: { lastRun },
});
/** With an update that had to be made because the host lost something. */
const lost = (...changes: Update["changes"]) => ({
  update: { ...update(changes), missing: changes.map(({ urn }) => urn) },
  facts: { lastRun: run },
});
/** A program without a stack, of which one cannot say it by name. */
const nameless = (lastRun: LastRun) => ({ update: { ...update([]), changes: [] }, facts: { lastRun } });

/** A replacement as the engine makes one, with its three operations. */
const replaced = (make: typeof replica, options: object = {}, before: object = {}): Update["changes"][0] => ({
  ...make({ ...before }, {}, { kind: "replace", ...options }),
  operations: ["create-replacement", "replace", "delete-replaced"],
});

cases(rule, {
  pass: {
    "still protected": dataVolume(kept, { $: { protect: true, retainOnDelete: true } }),
    "never protected": dataVolume({}, {}, { kind: "update" }),
    "made with protection": dataVolume(undefined, kept),
    "no longer protected": dataVolume(kept, {}),
    "a first install": [dataVolume(undefined, kept), database(undefined, {})],
    "after an update": after(run, database({}, {})),
    "an install after one that failed": after({ ...run, succeeded: false }, database(undefined, {})),
    "an install after it was taken down": after(
      { kind: "destroy", succeeded: true, flags: [] },
      edge(undefined, {}),
    ),
    "after a refresh": after({ kind: "refresh", succeeded: true, flags: ["target"] }, edge(undefined, {})),
    "a release": after(run, replica(undefined, {})),
    "a renamed edge": after(run, edge({}, undefined), edge(undefined, {}, { name: "edge-other" })),
    "a second network": after(run, network({}, {}), network(undefined, {}, { name: "network-more" })),
    "a database that the host lost": lost(database(undefined, {})),
    "a volume for something else": after(run, dataVolume(undefined, {}, { role: "service-files" })),
    "replaced because it differs": replaced(replica, { diffs: ["envs"] }),
    "made anew because its start failed": replaced(replica, {}, { $: { unfinished: true } }),
    "replaced with what it depends on": [
      replaced(dataVolume, { diffs: ["name"], gap: true }),
      replaced(database, { gap: true }),
    ],
    "made anew after an interrupted run had deleted it": [
      { ...replaced(replica), operations: ["create-replacement", "replace"] },
    ],
    "updated though nothing of it differs": replica({}, {}, { kind: "update" }),
  },
  fail: {
    "tied to another": [
      { update: { ...update([]), tied: [{ urn: "urn", name: "it", to: "urn::type::other" }] } },
      "`deletedWith` ties it to other: strongroom declares nothing so",
    ],
    tainted: [replaced(replica), "it was tainted outside strongroom"],
    "tainted, and deleted first": [replaced(database, { gap: true }), "it was tainted outside strongroom"],
    "tainted, beside one that is replaced": [
      [replaced(replica), replaced(database, { diffs: ["envs"], gap: true })],
      "server-1: it would be replaced though nothing",
    ],
    "tainted, and deleted first, beside a new release": [
      [replaced(replica, { diffs: ["envs"] }), replaced(database, { gap: true })],
      "database-postgres: it would be replaced though nothing",
    ],
    unprotected: [
      dataVolume({ $: { retainOnDelete: true } }, kept, { kind: "same" }),
      "was unprotected outside strongroom",
    ],
    "to be deleted really": [
      dataVolume({ $: { protect: true } }, kept),
      "`retainOnDelete` was taken off outside",
    ],
    "the volume deleted from state": [
      after(run, dataVolume(undefined, kept)),
      "state does not know it any more",
    ],
    "the database deleted from state": [
      after(run, database(undefined, {})),
      "state does not know it any more",
    ],
    "the edge deleted from state": [after(run, edge(undefined, {})), "state does not know it any more"],
    "the network deleted from state": [after(run, network(undefined, {})), "state does not know it any more"],
    "a part of an update": [
      after({ ...run, flags: ["target", "policy-pack"] }, edge(undefined, {})),
      "test: the last update was made in part (--target)",
    ],
    "an update without a part": [after({ ...run, flags: ["exclude"] }), "(--exclude)"],
    "a part, of a program without a stack": [nameless({ ...run, flags: ["target"] }), "(--target)"],
    "an update by plain Pulumi": [
      after({ ...run, flags: ["yes"] }),
      "test: the last update was made by plain Pulumi",
    ],
    "by plain Pulumi, of a program without a stack": [nameless({ ...run, flags: [] }), "plain Pulumi"],
  },
  unjudgeable: "it goes by options, labels, names and history alone",
});
