import { action, cases, database, dataVolume, edge, network, replica, update } from "../testing/cases";
import { rule } from "./chg-outside";

const kept = { $: { protect: true, retainOnDelete: true } };
const routes = action({}, {});
/** With an update that had to be made because the host lost something. */
const lost = (given: ReturnType<typeof update>) => ({
  update: { ...given, missing: given.changes.slice(-1).map(({ urn }) => urn) },
});

cases(rule, {
  pass: {
    "still protected": dataVolume(kept, { $: { protect: true, retainOnDelete: true } }),
    "never protected": dataVolume({}, {}, { kind: "update" }),
    "made with protection": dataVolume(undefined, kept),
    "no longer protected": dataVolume(kept, {}),
    "a first install": [dataVolume(undefined, kept), database(undefined, {}), action(undefined, {})],
    "the first routes of an interrupted install": [
      database({}, {}),
      edge(undefined, {}),
      action(undefined, {}),
    ],
    "an action of another name": [edge(undefined, {}), action({}, {}, { name: "edge-retire" })],
    "routes of another type": [edge(undefined, {}), replica({}, {}, { name: "routes-apply" })],
    "a release": [replica(undefined, {}), routes],
    "a renamed edge": [edge({}, undefined), edge(undefined, {}, { name: "edge-other" }), routes],
    "a second network": [network({}, {}), network(undefined, {}, { name: "network-more" }), routes],
    "a database that the host lost": lost(update([routes, database(undefined, {})])),
    "a volume for something else": [dataVolume(undefined, {}, { role: "service-files" }), routes],
  },
  fail: {
    unprotected: [
      dataVolume({ $: { retainOnDelete: true } }, kept, { kind: "same" }),
      "was unprotected outside strongroom",
    ],
    "to be deleted really": [
      dataVolume({ $: { protect: true } }, kept),
      "`retainOnDelete` was taken off outside",
    ],
    "the volume deleted from state": [
      [dataVolume(undefined, kept), routes],
      "state does not know it any more",
    ],
    "the database deleted from state": [[database(undefined, {}), routes], "state does not know it any more"],
    "the edge deleted from state": [[edge(undefined, {}), routes], "state does not know it any more"],
    "the network deleted from state": [[network(undefined, {}), routes], "state does not know it any more"],
  },
  unjudgeable: "it goes by options, labels and names alone",
});
