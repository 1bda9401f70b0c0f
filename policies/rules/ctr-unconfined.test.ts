import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-unconfined";

cases(rule, {
  pass: {
    "left out": container(),
    "a profile of one's own": container({
      securityOpts: ["seccomp=unconfined.json", "apparmor=strict", "label=type:x"],
    }),
    "label disable in another word": container({ securityOpts: ["label=disabled", "mylabel=disable"] }),
  },
  fail: Object.fromEntries(
    [
      "seccomp=unconfined",
      "seccomp:unconfined",
      "SECCOMP=UNCONFINED",
      "apparmor=unconfined",
      "apparmor:unconfined",
      "systempaths=unconfined",
      "label=disable",
      "label:disable",
    ].map((option) => [option, container({ securityOpts: ["no-new-privileges", option] })]),
  ),
  unknown: { "one of them": container({ securityOpts: [UNKNOWN] }) },
});
