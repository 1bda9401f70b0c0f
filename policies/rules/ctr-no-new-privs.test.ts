import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-no-new-privs";

cases(rule, {
  pass: {
    "with true": container({ securityOpts: ["no-new-privileges:true"] }),
    "with an equals sign": container({ securityOpts: ["no-new-privileges=true"] }),
    "the short form, among others": container({ securityOpts: ["apparmor=strict", "no-new-privileges"] }),
  },
  fail: {
    "left out": container(),
    "others only": container({ securityOpts: ["apparmor=strict"] }),
    false: container({ securityOpts: ["no-new-privileges:false"] }),
    "a name that begins alike": container({ securityOpts: ["no-new-privileges-please"] }),
    "a name that ends alike": container({ securityOpts: ["x-no-new-privileges"] }),
  },
  unknown: { "one of them": container({ securityOpts: ["no-new-privileges", UNKNOWN] }) },
});
