import { cases, database, dataVolume, edge, update } from "../testing/cases";
import { rule } from "./chg-unprotect";

const kept = { $: { protect: true, retainOnDelete: true } };

/** With the volume tied to the database's container, in state. */
const tied = (...changes: Parameters<typeof update>[0]) => ({
  update: {
    ...update(changes),
    tied: [{ urn: "urn", name: "database-database", to: database({}, {}).urn }],
  },
});

cases(rule, {
  pass: {
    "tied to what stays": tied(database({}, {}, { kind: "same" }), edge({}, undefined)),
    "tied to what nobody knows": tied(edge({}, undefined)),
    "still protected": dataVolume(kept, { $: { protect: true, retainOnDelete: true } }),
    "protected from now on": dataVolume({}, kept),
    "made with protection": dataVolume(undefined, kept),
    "never protected": dataVolume({}, undefined),
    "never protected and replaced": dataVolume({}, {}, { kind: "replace" }),
    "protected from now on and updated": dataVolume({}, kept, { kind: "update" }),
    "protected and updated": dataVolume(kept, kept, { kind: "update" }),
  },
  fail: {
    "tied to what goes": [tied(edge({}, {}), database({}, undefined)), "along with database-postgres"],
    "tied to what is replaced": [tied(database({}, {}, { kind: "replace" })), "along with database-postgres"],
    unprotected: [dataVolume(kept, { $: { retainOnDelete: true } }), "lose its protection"],
    "to be deleted really": [dataVolume(kept, { $: { protect: true } }), "retainOnDelete"],
    "deleted though protected": [dataVolume(kept, undefined), "would delete it"],
    "unprotected by hand and replaced": [
      dataVolume({ $: { retainOnDelete: true } }, kept, { kind: "replace" }),
      "was unprotected outside strongroom",
    ],
    "replaced though protected": [dataVolume(kept, kept, { kind: "replace" }), "would replace it"],
  },
  unjudgeable: "options of a resource are always known",
});
