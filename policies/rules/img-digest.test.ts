import { cases, container, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./img-digest";

const digest = `sha256:${"ab".repeat(32)}`;
const image = (inputs: object) => resource("docker:index/remoteImage:RemoteImage", { ...inputs });

cases(rule, {
  pass: {
    "tag and digest": container({ image: `postgres:15.13@${digest}` }),
    "a registry with a port": container({ image: `registry.example.com:5000/team/app:1@${digest}` }),
    "an image id": container({ image: digest }),
    "fetched by digest": image({ name: `postgres@${digest}` }),
  },
  fail: {
    "a tag": [container({ image: "postgres:15.13" }), "`image`"],
    nothing: container(),
    "a digest that is too short": container({ image: "postgres@sha256:abcd" }),
    "another algorithm": container({ image: `postgres@${digest.replace("sha256", "md5")}` }),
    "a digest with more behind it": container({ image: `postgres@${digest}@x${digest}`.replace("@x", "") }),
    "a tag that looks like one": container({ image: `postgres:${digest.slice(7)}` }),
    "fetched by a tag": [image({ name: "postgres:15.13" }), "`name`"],
  },
  unknown: { image: container({ image: UNKNOWN }), name: image({ name: UNKNOWN }) },
});
