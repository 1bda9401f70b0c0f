import { TYPES } from "../../support/types";
import { cases, change } from "../testing/cases";
import type { Change } from "../update";
import { rule } from "./chg-cert-key";

const part = (type: string, name: string, kind: Change["kind"]) =>
  change(type, kind === "create" ? undefined : {}, kind === "delete" ? undefined : {}, { name, kind });
const key = (kind: Change["kind"], name = "vault-1-key") => part(TYPES.privateKey, name, kind);
const request = (kind: Change["kind"], name = "vault-1-request") => part(TYPES.certRequest, name, kind);
const leaf = (kind: Change["kind"], name = "vault-1") => part(TYPES.locallySignedCert, name, kind);

cases(rule, {
  pass: {
    kept: [key("same"), request("same"), leaf("same")],
    "renewed, with the same key": [key("same"), request("same"), leaf("replace")],
    "all made anew": [key("replace"), request("replace"), leaf("replace")],
    "the next generation": [
      key("delete"),
      request("delete"),
      leaf("delete"),
      key("create", "vault-2-key"),
      request("create", "vault-2-request"),
      leaf("create", "vault-2"),
    ],
    "another's key": [key("replace", "admin-1-key"), request("replace", "admin-1-request"), leaf("same")],
    "something else of that name": [
      part(TYPES.volume, "vault-1-key", "replace"),
      part(TYPES.volume, "vault-1-request", "replace"),
      leaf("same"),
    ],
    "something else beside a key": [key("replace"), part(TYPES.volume, "vault-1", "same")],
  },
  fail: {
    "key replaced": [
      [key("replace"), leaf("same")],
      "vault-1: its key would be replaced, and the certificate would stay",
    ],
    "key gone": [[key("delete"), leaf("same")], "its key would be deleted"],
    "key replaced, certificate changed in its place": [[key("replace"), leaf("update")], "key would be"],
    "request replaced": [[key("same"), request("replace"), leaf("same")], "its request would be replaced"],
  },
  unjudgeable: "what happens to a resource is always known",
});
