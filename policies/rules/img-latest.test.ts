import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./img-latest";

const digest = `sha256:${"ab".repeat(32)}`;

cases(rule, {
  pass: {
    "a version": container({ image: `postgres:15.13@${digest}` }),
    "a digest alone": container({ image: `postgres@${digest}` }),
    "an image id": container({ image: digest }),
    "a version that holds the word": container({ image: "app:latest-1.2" }),
    "a repository of that name": container({ image: "latest:1.2" }),
  },
  fail: {
    latest: [container({ image: "postgres:latest" }), "has the tag latest"],
    "latest with a digest": container({ image: `postgres:latest@${digest}` }),
    "in capitals": container({ image: "postgres:Latest" }),
    "no tag": [container({ image: "postgres" }), "has no tag"],
    "a port is no tag": [container({ image: "registry.example.com:5000/app" }), "has no tag"],
  },
  unknown: { image: container({ image: UNKNOWN }) },
});
